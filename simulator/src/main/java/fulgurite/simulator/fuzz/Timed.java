package fulgurite.simulator.fuzz;

/** A step, and the virtual time that passes before the next. */
public record Timed(Step step, long thenMillis) {}
