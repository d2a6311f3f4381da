package fulgurite.protocol.crypto;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import org.bouncycastle.crypto.generators.SCrypt;

/** A key from a passphrase, dear to guess (RFC 7914): it takes memory as well as time. */
public final class Scrypt {
    private Scrypt() {}

    /**
     * What one guess costs.
     *
     * @param n how much time and memory, a power of two from 2 to 2^20
     * @param r the size of a block, 1..32; a guess takes {@code 128 n r} bytes
     * @param p how many times over, 1..16
     */
    public record Cost(int n, int r, int p) {
        public Cost {
            if (n < 2 || n > 1 << 20 || Integer.bitCount(n) != 1 || r < 1 || r > 32 || p < 1 || p > 16)
                throw new IllegalArgumentException("no cost of scrypt: " + n + ", " + r + ", " + p);
            if (n > 1 << 16 && (long) n * r > 1 << 21)
                throw new IllegalArgumentException("a guess would take more than 256 MiB: " + n + ", " + r);
        }
    }

    /** @param salt at random, never used for another passphrase; @return 32 bytes */
    public static Bytes32 key(Bytes passphrase, Bytes salt, Cost cost) {
        return new Bytes32(derive(passphrase, salt, cost, Bytes32.SIZE));
    }

    static Bytes derive(Bytes passphrase, Bytes salt, Cost cost, int size) {
        return Bytes.ofOwned(SCrypt.generate(passphrase.toByteArray(), salt.toByteArray(), cost.n(), cost.r(),
                cost.p(), size));
    }
}
