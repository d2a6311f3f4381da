package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest;

/**
 * What a way's cost is made of beside its fees, in millisatoshi.
 *
 * @param riskPerBillion for locking a billion millisatoshi for a block
 * @param failureMsat for each unit of the negative logarithm of the probability that the payment passes: what an attempt
 *     more is worth, and with it {@code failureMillionths} of the amount
 * @param again percent by which that grows with each channel that has failed this payment: a payment that goes easily is
 *     to be cheap, and one that does not is to arrive
 */
public record Weights(long riskPerBillion, long failureMsat, long failureMillionths, int again, Prior prior) {
    /** 0.08% in a year. */
    private static final long USUAL_RISK = 15;

    /** Fees and delay only. */
    public static final Weights FEES = new Weights(USUAL_RISK, 0, 0, 0, Prior.EVEN);
    /** Fees, delay and the probability of success: chosen by {@code bench success} with seeds that no figure is given of. */
    public static final Weights USUAL = new Weights(USUAL_RISK, 20, 20, 100, Prior.USUAL);

    boolean countsFailure() {
        return failureMsat != 0 || failureMillionths != 0;
    }

    /** The price of a unit of the negative logarithm, for one request. */
    double natMsat(RouteRequest request) {
        double first = failureMsat + request.amount().msat() / 1e6 * failureMillionths;
        return first * (100 + (double) again * request.strained().size()) / 100;
    }
}
