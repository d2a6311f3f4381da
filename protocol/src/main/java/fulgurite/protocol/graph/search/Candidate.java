package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;

/** A channel that a payment could begin or end with, and what became of it. */
public record Candidate(ShortChannelId channel, NodeId from, NodeId to, Verdict verdict) {
    /** Why it was or was not used. */
    public sealed interface Verdict {}

    /** The best route leads over it. */
    public record Taken(MilliSatoshi cost) implements Verdict {}

    /** A route leads over it, but another one is cheaper. @param more that it costs, with delay and the chance to fail */
    public record Dearer(MilliSatoshi more) implements Verdict {}

    /** Its node takes no payments into it, or of it nothing is known. */
    public record Disabled() implements Verdict {}

    /** Left out by the request: it failed this payment before. */
    public record Excluded() implements Verdict {}

    public record BelowMinimum(MilliSatoshi minimum) implements Verdict {}

    /** @param maximum of one HTLC, or what is ours in it */
    public record AboveMaximum(MilliSatoshi maximum) implements Verdict {}

    /** An attempt has shown lately that it has not so much to send: a last resort. @param most that it could have */
    public record KnownTooDry(MilliSatoshi most) implements Verdict {}

    /** It would do, but the rest of the way does not. */
    public record NoWayOn(RouteResult.Reason reason) implements Verdict {}
}
