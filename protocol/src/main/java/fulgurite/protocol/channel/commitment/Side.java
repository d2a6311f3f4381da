package fulgurite.protocol.channel.commitment;

/** One of a channel's two ends, seen from ours. */
public enum Side {
    LOCAL, REMOTE;

    public Side other() {
        return this == LOCAL ? REMOTE : LOCAL;
    }
}
