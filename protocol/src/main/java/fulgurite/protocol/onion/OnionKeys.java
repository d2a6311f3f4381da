package fulgurite.protocol.onion;

import fulgurite.protocol.crypto.ChaCha;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.nio.charset.StandardCharsets;

/** The keys drawn from a shared secret, and the streams drawn from those keys. @bolt 4, Key Generation */
final class OnionKeys {
    private OnionKeys() {}

    /** What a key is for; its name in lower case is the HMAC key that derives it. */
    enum Purpose {
        /** Obfuscates the hop payloads. */
        RHO,
        /** Authenticates the packet. */
        MU,
        /** Authenticates a failure. */
        UM,
        /** Obfuscates a failure. */
        AMMAG,
        /** Fills a new packet before anything is in it. */
        PAD;

        private final Bytes label = Bytes.ofOwned(name().toLowerCase(java.util.Locale.ROOT)
                .getBytes(
                        StandardCharsets.US_ASCII));
    }

    static Bytes32 derive(Purpose purpose, Bytes secret) {
        return Hashes.hmacSha256(purpose.label, secret);
    }

    static byte[] stream(Purpose purpose, Bytes secret, int length) {
        return ChaCha.keyStream(derive(purpose, secret), length).toByteArray();
    }

    /** XORs {@code stream} from {@code streamFrom} on into {@code target} from {@code from} (inclusive) to {@code to}. */
    static void xor(byte[] target, int from, int to, byte[] stream, int streamFrom) {
        for (int i = from; i < to; i++) target[i] ^= stream[streamFrom + i - from];
    }
}
