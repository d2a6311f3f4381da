package fulgurite.protocol.graph.search;

/**
 * What a way's cost is made of beside its fees, in millisatoshi.
 *
 * @param riskPerBillion for locking a billion millisatoshi for a block
 * @param failureMsat for each unit of the negative logarithm of the probability that the payment passes: what an attempt
 *     more is worth, and with it {@code failureMillionths} of the amount
 */
public record Weights(long riskPerBillion, long failureMsat, long failureMillionths, Prior prior) {
    /** 0.08% in a year. */
    private static final long USUAL_RISK = 15;

    /** Fees and delay only. */
    public static final Weights FEES = new Weights(USUAL_RISK, 0, 0, Prior.EVEN);
    /** Fees, delay and the probability of success. */
    public static final Weights USUAL = new Weights(USUAL_RISK, 20, 10, Prior.USUAL);

    boolean countsFailure() {
        return failureMsat != 0 || failureMillionths != 0;
    }
}
