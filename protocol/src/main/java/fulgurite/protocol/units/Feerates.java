package fulgurite.protocol.units;

/**
 * What it costs now to be in a block, by how soon: the chain's estimates, never below what is relayed, the sooner the
 * dearer.
 *
 * @param urgent within the next two blocks
 * @param normal within an hour
 * @param slow within a day
 */
public record Feerates(FeeratePerKw urgent, FeeratePerKw normal, FeeratePerKw slow) {
    /** When nothing is known. */
    public static final Feerates FLOOR = flat(FeeratePerKw.FLOOR);
    private static final int URGENT_BLOCKS = 2;
    private static final int NORMAL_BLOCKS = 12;

    public Feerates {
        slow = slow.max(FeeratePerKw.FLOOR);
        normal = normal.max(slow);
        urgent = urgent.max(normal);
    }

    /** The same for all. */
    public static Feerates flat(FeeratePerKw feerate) {
        return new Feerates(feerate, feerate, feerate);
    }

    /** What is enough for who has that many blocks left. */
    public FeeratePerKw within(int blocks) {
        if (blocks <= URGENT_BLOCKS) return urgent;
        return blocks <= NORMAL_BLOCKS ? normal : slow;
    }
}
