package fulgurite.protocol.onion;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded routes, keys and bytes. */
record OnionSamples(Random random) {
    OnionSamples(long seed) {
        this(new Random(seed));
    }

    Bytes bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }

    PrivateKey key() {
        return new PrivateKey(bytes(PrivateKey.SIZE));
    }

    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    List<PrivateKey> keys(int count) {
        List<PrivateKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) keys.add(key());
        return keys;
    }

    static List<PublicKey> publicKeys(List<PrivateKey> keys) {
        return keys.stream().map(Curve::publicKey).toList();
    }

    /** Payloads for so many hops that fit {@code size} together; of two bytes at least each. */
    List<Bytes> payloads(int hops, int size) {
        List<Bytes> payloads = new ArrayList<>();
        int left = size;
        for (int i = 0; i < hops; i++) {
            int most = left - (hops - i - 1) * (1 + 2 + 32) - 3 - 32;
            int wanted = random.nextInt(4) == 0 ? most : Math.min(most, between(2, 60));
            Bytes payload = bytes(Math.max(2, wanted));
            payloads.add(payload);
            left -= Sphinx.sizeOf(List.of(payload));
        }
        return payloads;
    }
}
