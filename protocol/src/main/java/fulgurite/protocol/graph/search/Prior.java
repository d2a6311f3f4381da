package fulgurite.protocol.graph.search;

/**
 * How likely a channel nobody has tried carries an amount. Balances lie anywhere, and more often at the ends than in the
 * middle: the density is a share of a parabola with its least at half the capacity, and an even rest (compare LDK's
 * scorer, and Pickhardt et al., "Security and Privacy of Lightning Network Payments with Uncertain Channel Balances", 2021).
 *
 * @param parabola share of the parabola, 0 (even) to 1
 */
public record Prior(double parabola) {
    public static final Prior EVEN = new Prior(0);
    public static final Prior USUAL = new Prior(0.8);

    public Prior {
        if (!(parabola >= 0 && parabola <= 1)) throw new IllegalArgumentException("a share of " + parabola);
    }

    /** The probability that a balance is below {@code share} of the capacity. @param share 0..1 */
    double below(double share) {
        double centred = share - 0.5;
        return parabola * (4 * centred * centred * centred + 0.5) + (1 - parabola) * share;
    }

    /**
     * The probability that an amount passes, given that the balance lies within bounds.
     *
     * @param least known to be there, {@code most} known not to be exceeded, {@code least <= amount < most <= capacity}
     */
    double passes(double amount, double least, double most, double capacity) {
        double top = below(most / capacity);
        double span = top - below(least / capacity);
        return span <= 0 ? 0 : (top - below(amount / capacity)) / span;
    }
}
