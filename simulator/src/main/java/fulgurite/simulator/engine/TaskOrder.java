package fulgurite.simulator.engine;

/** Which of the tasks that are ready at one instant runs next. */
public enum TaskOrder {
    /** The one that has waited longest. */
    FIRST_COME,
    /** One that the seed draws: other seeds explore other interleavings, each of them repeatable. */
    SEEDED
}
