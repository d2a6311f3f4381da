package fulgurite.node.api;

/** What a call answers: a view record of {@link NodeService}, a plain value, or a list of either. */
record Shape(Class<?> of, boolean isList) {
    static Shape one(Class<?> of) {
        return new Shape(of, false);
    }

    static Shape many(Class<?> of) {
        return new Shape(of, true);
    }
}
