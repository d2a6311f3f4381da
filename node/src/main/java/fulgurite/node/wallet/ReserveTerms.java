package fulgurite.node.wallet;

import fulgurite.protocol.units.Satoshi;

/** How much is kept for the fees of channels that close. @param most in all */
public record ReserveTerms(Satoshi perChannel, Satoshi most) {
    public static final ReserveTerms NONE = new ReserveTerms(Satoshi.ZERO, Satoshi.ZERO);

    Satoshi of(int channels) {
        return perChannel.times(channels).min(most);
    }

    /** As many as there is a whole reserve for. */
    int coins(int channels) {
        return perChannel.isZero() ? 0 : (int) Math.min(channels, most.sat() / perChannel.sat());
    }
}
