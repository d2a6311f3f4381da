package fulgurite.simulator.world;

/** Where a node meets the world outside its memory: at each of these it may die. */
public enum CrashPoint {
    /** The write is lost. */
    BEFORE_PERSIST,
    /** The write is stored and nothing that follows from it has happened. */
    AFTER_PERSIST,
    /** A message is lost; what came before it is out. */
    BEFORE_SEND,
    /** A transaction does not reach the chain; what came before it has. */
    BEFORE_PUBLISH,
    /** A persistent actor is about to be told its events: the node is still starting. */
    WHILE_RECOVERING
}
