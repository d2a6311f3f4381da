package fulgurite.protocol.codec;

/** Bytes that are not what they should be. Its message says what was wrong and where, and holds no secret. */
public final class MalformedException extends IllegalArgumentException {
    public MalformedException(String message) {
        super(message);
    }
}
