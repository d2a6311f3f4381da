package fulgurite.node.api;

/** A call's parameter. @param name with its unit, where it has one; @param about for the API's description */
record Param(String name, Kind kind, boolean required, String about) {
    /** What a value must look like. */
    enum Kind {
        TEXT, FLAG, NUMBER, SAT, MSAT, NODE_ID, NODE_IDS, CHANNEL_ID, PAYMENT_HASH
    }

    static Param needed(String name, Kind kind, String about) {
        return new Param(name, kind, true, about);
    }

    static Param optional(String name, Kind kind, String about) {
        return new Param(name, kind, false, about);
    }
}
