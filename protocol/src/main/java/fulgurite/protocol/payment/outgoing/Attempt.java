package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.PrivateKey;

/**
 * One HTLC that was sent, or is about to be, along one route.
 *
 * @param number 1.. within the payment hash, never used twice
 * @param height when it began: the route's deltas count from here
 * @param sessionKey the onion and the secrets shared with its hops follow from it
 */
public record Attempt(int number, PaymentRoute route, BlockHeight height, PrivateKey sessionKey, Outcome outcome) {
    /** How it stands. */
    public sealed interface Outcome {}

    /** Perhaps not offered yet, perhaps already on its way: the channel knows. */
    public record InFlight() implements Outcome {}

    public record Failed(AttemptFailure failure) implements Outcome {}

    public record Fulfilled() implements Outcome {}

    public boolean isInFlight() {
        return outcome instanceof InFlight;
    }

    Attempt ended(Outcome with) {
        return new Attempt(number, route, height, sessionKey, with);
    }
}
