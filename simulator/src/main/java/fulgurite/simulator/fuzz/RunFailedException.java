package fulgurite.simulator.fuzz;

/** A run that did not end well. */
final class RunFailedException extends RuntimeException {
    private final String rule;

    /** @param rule the class of the failure: shrinking keeps it */
    RunFailedException(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
