package fulgurite.simulator.engine;

import fulgurite.node.Entropy;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.nio.charset.StandardCharsets;

/**
 * Randomness that is a function of a seed and a label: SHA-256 of both and a counter, the same in every JVM. Each label
 * has a stream of its own, so that one node's draws never shift another's. Not a secret, and only for simulations.
 */
public final class SeededEntropy implements Entropy {
    private final Bytes32 key;
    private long drawn;

    public SeededEntropy(long seed, String label) {
        key = Hashes.sha256(
                new ByteWriter(8).writeU64(seed).toBytes(),
                Bytes.ofOwned(label.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Bytes32 next() {
        return Hashes.sha256(key.bytes(), new ByteWriter(8).writeU64(drawn++).toBytes());
    }

    /** The seed for a generator of its own. */
    long nextLong() {
        Bytes bytes = next().bytes();
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) value = value << 8 | bytes.unsigned(i);
        return value;
    }
}
