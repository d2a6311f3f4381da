package fulgurite.simulator.report;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.outgoing.Attempt;
import fulgurite.protocol.payment.outgoing.AttemptFailure;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentFailure;
import java.util.Locale;

/** Why payments failed, in words that can be counted: without amounts and names. */
public final class FailureReasons {
    private FailureReasons() {}

    /** Why it was given up, and what its last attempt met. */
    public static String of(OutgoingState.Failed failed) {
        String end = switch (failed.failure()) {
            case PaymentFailure.RefusedByDestination(FailureMessage failure) -> "the payee refused it: "
                    + words(failure);
            case PaymentFailure.NoRoute(String why) -> "no route: " + withoutNames(why);
            case PaymentFailure.DeadlinePassed late -> "not paid in time";
            case PaymentFailure.TooManyAttempts many -> "too many attempts";
        };
        return failed.attempts().isEmpty() || failed.failure() instanceof PaymentFailure.RefusedByDestination
                ? end
                : end + last(failed.attempts().getLast());
    }

    private static String last(Attempt attempt) {
        return attempt.outcome() instanceof Attempt.Failed(AttemptFailure failure)
                ? "; last attempt: " + attempt(failure)
                : "";
    }

    private static String attempt(AttemptFailure failure) {
        return switch (failure) {
            case AttemptFailure.HopFailed(int hop, FailureMessage message) -> words(message);
            case AttemptFailure.Undecodable undecodable -> "a failure that nobody can read";
            case AttemptFailure.PeerRejectedOnion(FailureMessage message) -> words(message);
            case AttemptFailure.NotOffered(String why) -> withoutNames(why);
            case AttemptFailure.TimedOutOnChain late -> "timed out on chain";
        };
    }

    private static String words(FailureMessage failure) {
        return failure.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    /** What differs from payment to payment becomes an ellipsis. */
    static String withoutNames(String why) {
        return why.replaceAll("\\b[0-9a-f]{20,}\\b|\\b[0-9][0-9.,_x]*\\b", "…");
    }
}
