package fulgurite.node.channel;

import fulgurite.protocol.channel.Refusal;

/** A refusal in a sentence for a person. */
public final class RefusalText {
    private RefusalText() {}

    public static String of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.WrongState r -> "the channel's state (" + r.state() + ") does not allow it";
            case Refusal.NotConnected r -> "the peer is not connected: connect to it and try again";
            case Refusal.ShuttingDown r -> "the channel is shutting down";
            case Refusal.Quiescing r -> "the channel is at rest until the next connection";
            case Refusal.NotNegotiated r -> "the peer does not know " + r.feature();
            case Refusal.AlreadyOffered r -> "it is on its way already";
            case Refusal.AlreadySettled r -> "it is settled already";
            case Refusal.NoSuchHtlc r -> "there is no such HTLC";
            case Refusal.WrongPreimage r -> "that is not the preimage";
            case Refusal.InsufficientBalance r ->
                "the channel can send " + r.available() + " at most, and " + r.asked() + " was asked";
            case Refusal.FeeNotCovered r ->
                "the channel's opener could not pay the commitment fee of " + r.fee() + " with one payment more";
            case Refusal.BelowMinimum r ->
                "the peer takes " + r.minimum() + " at least, and " + r.asked() + " was asked";
            case Refusal.TooManyHtlcs r -> "the peer takes " + r.limit() + " payments at once at most";
            case Refusal.TooMuchInFlight r -> "the peer takes " + r.limit() + " on its way at once at most";
            case Refusal.TooMuchDust r -> "too many small payments are on their way: " + r.limit() + " at most";
            case Refusal.ExpiryOutOfRange r ->
                "the payment would expire at block " + r.expiry() + ", out of range at block " + r.now();
            case Refusal.NotFunder r -> "only the channel's opener sets the feerate";
            case Refusal.FeerateOutOfRange r ->
                "a feerate is " + r.min() + " to " + r.max() + ", and " + r.asked() + " was asked";
            case Refusal.FeeTooLow r ->
                "a replacement must pay " + r.atLeast() + " at least, and that feerate is " + r.asked();
            case Refusal.Stopped r -> r.reason();
            case Refusal.BadOpening r -> r.reason();
            case Refusal.BadShutdownScript r -> r.reason();
        };
    }
}
