package fulgurite.simulator.demo;

/** A demo command that could not be done; the message says why and what to try. */
final class DemoException extends RuntimeException {
    DemoException(String message) {
        super(message);
    }
}
