package fulgurite.protocol.channel.commitment;

/**
 * How far an update (an HTLC added or removed, a feerate) has come. It is committed to the receiver's transaction
 * first and to the sender's after that. Every exchange of commitment_signed and revoke_and_ack moves it one on.
 *
 * @bolt 2, Normal Operation (the five states of an update)
 */
public enum Stage {
    /** Sent, or to be sent: forgotten by the receiver when the connection is lost. */
    PROPOSED,
    /** In the receiver's latest commitment: the sender has sent commitment_signed. */
    COMMITTED,
    /** The receiver has revoked the commitment without it; the sender's next one will have it. */
    ACKNOWLEDGED,
    /** In the sender's latest commitment: the receiver has sent commitment_signed. */
    RETURNED,
    /** The sender has revoked its commitment without it: irrevocably committed on both sides. */
    IRREVOCABLE;

    public boolean atLeast(Stage other) {
        return compareTo(other) >= 0;
    }

    Stage advanced(Stage from, Stage to) {
        return this == from ? to : this;
    }
}
