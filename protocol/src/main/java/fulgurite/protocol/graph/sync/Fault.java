package fulgurite.protocol.graph.sync;

/** How a peer's answers can be wrong. */
public enum Fault {
    /** More replies or channels than there can be. */
    TOO_MUCH,
    /** Blocks or channels do not increase. */
    OUT_OF_ORDER,
    /** Times or checksums are not as many as channels. */
    LISTS_OF_DIFFERENT_LENGTHS,
    /** It does not answer in time. */
    LATE
}
