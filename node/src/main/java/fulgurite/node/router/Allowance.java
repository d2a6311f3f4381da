package fulgurite.node.router;

import fulgurite.protocol.units.Timestamp;

/**
 * What one peer may still say. Immutable.
 *
 * @param milliTokens of its bucket, in thousandths
 * @param at when that was so
 * @param expected messages that we have asked for
 * @param ignored since something was heard last
 * @param forged messages so far
 */
record Allowance(long milliTokens, Timestamp at, int expected, int ignored, int forged) {
    private static final long MILLI = 1_000;
    /** Who does not answer keeps no right to flood later. */
    private static final int MOST_EXPECTED = 50_000;

    static Allowance full(GossipPace pace, Timestamp now) {
        return new Allowance(pace.atOnce() * MILLI, now, 0, 0, 0);
    }

    /** After a message. It was heard when {@link #ignored} is 0. */
    Allowance gossip(GossipPace pace, Timestamp now) {
        if (expected > 0) return new Allowance(milliTokens, at, expected - 1, 0, forged);
        return take(1, pace, now);
    }

    Allowance question(GossipPace pace, Timestamp now) {
        return take(pace.questionCost(), pace, now);
    }

    Allowance expecting(int messages) {
        return new Allowance(milliTokens, at, Math.min(MOST_EXPECTED, expected + messages), ignored, forged);
    }

    Allowance afterForgery() {
        return new Allowance(milliTokens, at, expected, ignored, forged + 1);
    }

    boolean isHeard() {
        return ignored == 0;
    }

    boolean isSpent(GossipPace pace) {
        return ignored >= pace.ignored() || forged >= pace.forged();
    }

    private Allowance take(int cost, GossipPace pace, Timestamp now) {
        long passed = Math.max(0, now.epochMillis() - at.epochMillis());
        long filled = Math.min(pace.atOnce() * MILLI, milliTokens + passed * pace.eachSecond());
        boolean enough = filled >= cost * MILLI;
        return new Allowance(enough ? filled - cost * MILLI : filled, now, expected, enough ? 0 : ignored + 1, forged);
    }
}
