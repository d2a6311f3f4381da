package fulgurite.simulator.scenario;

/** A simulation that could not come to its end; the message says what it waited for. */
public final class SimulationFailedException extends RuntimeException {
    SimulationFailedException(String message) {
        super(message);
    }
}
