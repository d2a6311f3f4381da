package fulgurite.node.seed;

/** A seed cannot be read or written; the message says why and what to do, and holds nothing secret. */
public final class SeedException extends RuntimeException {
    public SeedException(String message) {
        super(message);
    }
}
