package fulgurite.simulator.world;

/** Something that must never happen in a world did; the message says what. */
public final class WorldFailedException extends RuntimeException {
    public WorldFailedException(String message) {
        super(message);
    }
}
