package fulgurite.node;

/** A node cannot start; the message says why and what to do. */
public final class NodeStartException extends RuntimeException {
    public NodeStartException(String message) {
        super(message);
    }
}
