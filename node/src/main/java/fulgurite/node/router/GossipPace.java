package fulgurite.node.router;

import java.time.Duration;

/**
 * How much gossip is heard from one peer without having been asked for, by a bucket of tokens: each message takes one, a
 * question about gossip some more. What finds the bucket empty is ignored; a peer that goes on all the same is
 * disconnected, and so is one that forges. What was asked for ({@link RouterActor.Expected}) is heard beside. And how much
 * is heard in the name of one speaker, whoever passes it on.
 *
 * @param atOnce tokens of a full bucket: a busy day of the whole network
 * @param eachSecond tokens that come back, a million at most
 * @param questionCost tokens that a question takes, for it makes us look through the table
 * @param ignored messages of a peer that are ignored in a row before it is disconnected
 * @param forged messages with bad signatures after which it is
 */
public record GossipPace(int atOnce, int eachSecond, int questionCost, int ignored, int forged, Speaker speaker) {
    public static final GossipPace DEFAULT = new GossipPace(50_000, 50, 250, 10_000, 10);

    /** For whoever is trusted: a test, a measurement. */
    public static final GossipPace UNLIMITED = new GossipPace(Integer.MAX_VALUE, 1, 0, Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private static final int MOST_EACH_SECOND = 1_000_000;

    /**
     * News of a side of a channel, or of a node, whose signatures are checked.
     *
     * @param atOnce so many in a row
     * @param each then one in each interval, a millisecond or more
     */
    public record Speaker(int atOnce, Duration each) {
        private static final int MOST_AT_ONCE = 1_000_000;
        public static final Speaker DEFAULT = new Speaker(10, Duration.ofMinutes(1));

        public Speaker {
            if (atOnce < 1 || atOnce > MOST_AT_ONCE)
                throw new IllegalArgumentException(
                        "of a speaker's news 1 to " + MOST_AT_ONCE + " are heard at once, got " + atOnce);
            if (each.toMillis() < 1)
                throw new IllegalArgumentException(
                        "a speaker is heard once a millisecond at most, got each " + each);
            if (each.toDays() > 365)
                throw new IllegalArgumentException(
                        "a speaker is heard once a year at least, got each " + each);
        }
    }

    public GossipPace {
        if (atOnce < 1)
            throw new IllegalArgumentException("a peer's messages are heard one at once or more, got "
                    + atOnce);
        if (eachSecond < 1 || eachSecond > MOST_EACH_SECOND)
            throw new IllegalArgumentException(
                    "of a peer 1 to " + MOST_EACH_SECOND + " messages a second are heard, got " + eachSecond);
        if (questionCost < 0 || questionCost > atOnce)
            throw new IllegalArgumentException(
                    "a question costs as much as 0 to " + atOnce + " messages, all that are heard at once, got "
                            + questionCost);
        if (ignored < 1)
            throw new IllegalArgumentException(
                    "a peer is disconnected after one ignored message or more, got " + ignored);
        if (forged < 1)
            throw new IllegalArgumentException(
                    "a peer is disconnected after one forged message or more, got " + forged);
    }

    /** With the usual measure for each speaker. */
    public GossipPace(int atOnce, int eachSecond, int questionCost, int ignored, int forged) {
        this(atOnce, eachSecond, questionCost, ignored, forged, Speaker.DEFAULT);
    }
}
