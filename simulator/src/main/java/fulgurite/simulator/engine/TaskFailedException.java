package fulgurite.simulator.engine;

/** A task of the simulation failed: that is a fault of the program, and the run ends with it. */
public final class TaskFailedException extends RuntimeException {
    TaskFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
