package fulgurite.protocol.graph.search;

/**
 * The natural logarithm, to 3e-7 of its argument's relative error: one table look-up and a line, the same bits on every
 * machine.
 */
final class Logarithm {
    private static final int BITS = 10;
    private static final double[] TABLE = new double[(1 << BITS) + 1];
    private static final double LN2 = StrictMath.log(2);

    static {
        for (int i = 0; i < TABLE.length; i++) TABLE[i] = StrictMath.log(1 + (double) i / (1 << BITS));
    }

    private Logarithm() {}

    /** @param x positive, not subnormal */
    static double ln(double x) {
        long bits = Double.doubleToRawLongBits(x);
        int exponent = (int) (bits >>> 52) - 1023;
        int index = (int) (bits >>> 52 - BITS) & (1 << BITS) - 1;
        double rest = (bits & (1L << 52 - BITS) - 1) * 0x1p-42;
        return exponent * LN2 + TABLE[index] + rest * (TABLE[index + 1] - TABLE[index]);
    }
}
