package fulgurite.node.router;

/**
 * How much gossip is heard from one peer without having been asked for, by a bucket of tokens: each message takes one, a
 * question about gossip some more. What finds the bucket empty is ignored; a peer that goes on all the same is
 * disconnected, and so is one that forges. What was asked for ({@link RouterActor.Expected}) is heard beside.
 *
 * @param atOnce tokens of a full bucket: a busy day of the whole network
 * @param eachSecond tokens that come back
 * @param questionCost tokens that a question takes, for it makes us look through the table
 * @param ignored messages of a peer that are ignored in a row before it is disconnected
 * @param forged messages with bad signatures after which it is
 */
public record GossipPace(int atOnce, int eachSecond, int questionCost, int ignored, int forged) {
    public static final GossipPace DEFAULT = new GossipPace(50_000, 50, 250, 10_000, 10);

    /** For whoever is trusted: a test, a measurement. */
    public static final GossipPace UNLIMITED = new GossipPace(Integer.MAX_VALUE, 1, 0, Integer.MAX_VALUE,
            Integer.MAX_VALUE);
}
