package fulgurite.protocol.channel;

/**
 * The peer's fault.
 *
 * @param message printable ASCII, what the peer is told
 * @param consequence for the channel
 */
public record Violation(String message, Consequence consequence) {
    public enum Consequence {
        /** A warning is sent and the connection closed; the channel lives on. */
        DISCONNECT,
        /** An error is sent and the channel fails: unfunded it is forgotten, funded our commitment is published. */
        FAIL_CHANNEL,
        /** An error is sent and nothing is published, because the peer has proved that we are behind. */
        WAIT_FOR_PEER
    }

    static Violation fail(String message) {
        return new Violation(message, Consequence.FAIL_CHANNEL);
    }
}
