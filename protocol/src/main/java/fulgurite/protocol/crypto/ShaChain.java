package fulgurite.protocol.crypto;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The secrets that a peer has revealed, compactly: one for each number of trailing zero bits of its index, at most 49.
 * Every older secret follows from them. Indexes descend from {@link #FIRST_INDEX} and none is left out.
 *
 * @param known the secret of bucket b at position b
 * @bolt 3, Efficient Per-commitment Secret Storage
 */
public record ShaChain(List<Entry> known) {
    /** The index of the first secret, 2^48-1. */
    public static final long FIRST_INDEX = (1L << 48) - 1;
    public static final ShaChain EMPTY = new ShaChain(List.of());
    private static final int BITS = 48;

    public ShaChain {
        known = List.copyOf(known);
        if (known.size() > BITS + 1) throw new IllegalArgumentException("a secret store has at most 49 buckets");
    }

    /** One secret kept. @param index 0..2^48-1 */
    public record Entry(long index, PrivateKey secret) {}

    /** What became of a secret that was offered to the store. */
    public sealed interface Insertion {}

    /** The secret fits all earlier ones. */
    public record Inserted(ShaChain chain) implements Insertion {}

    /** The secret does not come from the seed of the earlier ones: the peer broke the protocol. @param bucket that it contradicts */
    public record Inconsistent(long index, int bucket) implements Insertion {}

    /** The secret of {@code index} from a seed. @param index 0..2^48-1 */
    public static PrivateKey generate(Bytes32 seed, long index) {
        return new PrivateKey(derive(seed.bytes(), BITS, index));
    }

    /** Verifies a secret against all that is known, then keeps it. @param index one below the last, or FIRST_INDEX */
    public Insertion insert(long index, PrivateKey secret) {
        int bucket = bucketOf(index);
        for (int b = 0; b < bucket && b < known.size(); b++) {
            Entry older = known.get(b);
            if (!derive(secret.bytes(), bucket, older.index()).equalsInConstantTime(older.secret().bytes()))
                return new Inconsistent(index, b);
        }
        return new Inserted(store(index, secret));
    }

    /** Keeps a secret that {@link #insert} has verified before: what applying an event does. */
    public ShaChain store(long index, PrivateKey secret) {
        int bucket = bucketOf(index);
        if (bucket > known.size())
            throw new IllegalArgumentException("the secret of index " + index + " comes before its turn");
        var next = new ArrayList<>(known);
        var entry = new Entry(index, secret);
        if (bucket == next.size())
            next.add(entry);
        else
            next.set(bucket, entry);
        return new ShaChain(next);
    }

    /** A secret received before, or nothing when {@code index} has not been received yet. */
    public Optional<PrivateKey> secretAt(long index) {
        for (int b = 0; b < known.size(); b++) {
            Entry entry = known.get(b);
            long prefix = -1L << b;
            if ((index & prefix) == entry.index())
                return Optional.of(new PrivateKey(derive(entry.secret().bytes(), b, index)));
        }
        return Optional.empty();
    }

    private static Bytes derive(Bytes base, int bits, long index) {
        byte[] value = base.toByteArray();
        for (int bit = bits - 1; bit >= 0; bit--)
            if ((index >>> bit & 1) == 1) {
                value[bit / 8] ^= (byte) (1 << bit % 8);
                value = Hashes.sha256(Bytes.ofOwned(value)).toByteArray();
            }
        return Bytes.ofOwned(value);
    }

    private static int bucketOf(long index) {
        if (index < 0 || index > FIRST_INDEX)
            throw new IllegalArgumentException("a secret's index is 0..2^48-1, got " + index);
        return index == 0 ? BITS : Long.numberOfTrailingZeros(index);
    }
}
