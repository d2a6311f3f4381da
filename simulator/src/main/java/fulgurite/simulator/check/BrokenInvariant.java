package fulgurite.simulator.check;

import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;

/** Something that must never be, and was found. */
public sealed interface BrokenInvariant {
    /** What was given is not what wallets, channels and miners have. */
    record MoneyNotConserved(MilliSatoshi given, MilliSatoshi found) implements BrokenInvariant {}

    /** A node has more or less than its payments, its forwarding and its channels explain. */
    record NodeMoneyUnexplained(String node, MilliSatoshi explained, MilliSatoshi found) implements BrokenInvariant {}

    /** A channel of which not exactly two nodes tell. */
    record ChannelNotShared(ChannelId channel, int tellers) implements BrokenInvariant {}

    /** What one side says of a channel is not what the other does. */
    record SidesDisagree(ChannelId channel, String what, String one, String other) implements BrokenInvariant {}

    /** The balances of a channel do not make up its capacity. */
    record ChannelNotBalanced(ChannelId channel, MilliSatoshi capacity, MilliSatoshi found)
            implements
            BrokenInvariant {}

    /** HTLCs remain though nothing is to come. */
    record HtlcsPending(String node, ChannelId channel, int count) implements BrokenInvariant {}

    /** A payment has no outcome though nothing is to come. */
    record PaymentPending(String node, PaymentHash payment) implements BrokenInvariant {}

    /** Payer and payee tell different outcomes of one payment. */
    record OutcomesDiffer(PaymentHash payment, String payer, String payee) implements BrokenInvariant {}

    /** The rule that is broken, in a word for programs. */
    default String rule() {
        return switch (this) {
            case MoneyNotConserved broken -> "money-conserved";
            case NodeMoneyUnexplained broken -> "node-money-explained";
            case ChannelNotShared broken -> "channel-sides-agree";
            case SidesDisagree broken -> "channel-sides-agree";
            case ChannelNotBalanced broken -> "channel-balanced";
            case HtlcsPending broken -> "nothing-pending";
            case PaymentPending broken -> "nothing-pending";
            case OutcomesDiffer broken -> "payment-outcomes-agree";
        };
    }

    /** What was found, in a sentence. */
    default String explanation() {
        return switch (this) {
            case MoneyNotConserved(var given, var found) -> "the nodes were given " + given
                    + "; wallets, channels and miners have " + found;
            case NodeMoneyUnexplained(var node, var explained, var found) -> node + " should have " + explained
                    + " and has " + found;
            case ChannelNotShared(var channel, int tellers) -> tellers + " nodes tell of channel " + channel;
            case SidesDisagree(var channel, var what, var one, var other) -> "the sides of channel " + channel
                    + " disagree on " + what + ": " + one + " and " + other;
            case ChannelNotBalanced(var channel, var capacity, var found) -> "the balances of channel " + channel
                    + " sum to " + found + ", its capacity is " + capacity;
            case HtlcsPending(var node, var channel, int count) -> node + " has " + count + " HTLCs in channel "
                    + channel;
            case PaymentPending(var node, var payment) -> "payment " + payment + " of " + node + " has no outcome";
            case OutcomesDiffer(var payment, var payer, var payee) -> "payment " + payment + ": the payer says "
                    + payer + ", the payee " + payee;
        };
    }
}
