package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.Violation.Consequence;
import fulgurite.protocol.channel.Violation;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Warning;
import java.util.Optional;

/** The ways in which a channel fails, and what is owed to the peer and to the chain then. @bolt 5, Failing a Channel */
public final class Failing {
    private Failing() {}

    /** The peer broke the protocol: an error, and our commitment on chain (or the opening forgotten). */
    public static Decision violation(ChannelContext context, ChannelState state, String message) {
        return answer(context, state, new Violation(message, Consequence.FAIL_CHANNEL));
    }

    /** A warning and a new connection: the channel lives on. */
    public static Decision warning(ChannelContext context, ChannelState state, String message) {
        return answer(context, state, new Violation(message, Consequence.DISCONNECT));
    }

    /** The peer has proved that we are behind: an error, and nothing on chain. */
    public static Decision behind(ChannelContext context, ChannelState state, String message) {
        return answer(context, state, new Violation(message, Consequence.WAIT_FOR_PEER));
    }

    /** The funding turns out to be none: an error, and nothing to publish, for no commitment could ever confirm. */
    public static Decision unfunded(ChannelContext context, Established state, String message) {
        ChannelId id = state.channel().id();
        return new Transition(context, state).send(ErrorMessage.of(id, message))
                .record(new ChannelEvent.ClosedBecause(message))
                .then(new ChannelEffect.ChannelUnusable(id))
                .then(new ChannelEffect.ChannelClosed(message))
                .violated(new Violation(message, Consequence.FAIL_CHANNEL));
    }

    /** The funding will never be on chain: nothing is published, and the origins of our HTLCs are told. */
    public static Decision neverFunded(ChannelContext context, Established state, String reason) {
        ChannelId id = state.channel().id();
        return new Transition(context, state).send(ErrorMessage.of(id, reason))
                .record(new ChannelEvent.ClosedUnilaterally(reason, Optional.empty()))
                .then(new ChannelEffect.ChannelUnusable(id))
                .then(new ChannelEffect.WarnOperator(id, reason))
                .accepted();
    }

    /** Publishes our latest commitment without anybody's fault. */
    public static Decision forceClose(ChannelContext context, Established state, String reason) {
        var t = new Transition(context, state);
        t.send(ErrorMessage.of(state.channel().id(), reason));
        return publish(t, reason).accepted();
    }

    /** A mutual close does not confirm: our user gives up waiting for it. Whichever transaction confirms is the end. */
    public static Decision forceCloseInstead(ChannelContext context, Closing state) {
        if (!state.progress().mutual() || state.progress().fundingSpentBy().isPresent())
            return Decision.refuse(new Refusal.WrongState("Closing"));
        var t = new Transition(context, state);
        t.send(ErrorMessage.of(state.channel().id(), "closed by our user"));
        return publish(t, "closed by our user, since the closing by both did not confirm").accepted();
    }

    /** The peer has failed the channel by an error message. @bolt 1, The error and warning Messages */
    public static Decision failedByPeer(ChannelContext context, ChannelState state, String text) {
        var t = new Transition(context, state);
        return switch (state) {
            case Established s when isUnseen(s) -> givenUp(t, text);
            case Established s -> publish(t, "the peer failed the channel: " + text).accepted();
            case Closing s -> Decision.nothing();
            case Closed s -> Decision.nothing();
            case Unopened s -> Decision.nothing();
            case AwaitingAccept s -> abandon(t, "the peer refused: " + text).accepted();
            case AwaitingFundingTx s -> abandon(t, "the peer refused: " + text).accepted();
            case AwaitingFundingSigned s -> abandon(t, "the peer refused: " + text).accepted();
            case AwaitingFundingCreated s -> abandon(t, "the peer gave up: " + text).accepted();
        };
    }

    /** Whether the peer was to fund the channel and no block has the funding yet. */
    private static boolean isUnseen(Established state) {
        ActiveChannel channel = state.channel();
        return channel.terms().funder() == Side.REMOTE && channel.fundingStatus().shortChannelId().isEmpty();
    }

    /**
     * The funder gives up. No commitment can be published, for the funding may never come. Where nothing is ours the
     * channel is forgotten at once; else it goes on waiting, as long as BOLT 2 has it wait, and closes should the funding
     * come and the peer still not know it.
     */
    private static Decision givenUp(Transition t, String text) {
        ChannelId id = t.channel().id();
        if (!t.channel().ledger().local().equals(MilliSatoshi.ZERO)) return Decision.nothing();
        String reason = "the peer gave up the channel before it was funded: " + text;
        return t.record(new ChannelEvent.ClosedBecause(reason))
                .then(new ChannelEffect.ChannelUnusable(id))
                .then(new ChannelEffect.ChannelClosed(reason))
                .accepted();
    }

    /** Forgets an opening that has no funding. */
    public static Transition abandon(Transition t, String reason) {
        if (t.state() instanceof AwaitingFundingSigned(var opening, Tx tx, int index))
            t.then(new ChannelEffect.ReleaseFunding(tx));
        return t.record(new ChannelEvent.OpeningAbandoned(reason)).then(new ChannelEffect.ChannelClosed(reason));
    }

    private static Decision answer(ChannelContext context, ChannelState state, Violation violation) {
        var t = new Transition(context, state);
        ChannelId id = idOf(state);
        if (violation.consequence() == Consequence.DISCONNECT)
            return t.send(Warning.of(id, violation.message()))
                    .then(new ChannelEffect.Disconnect(violation.message()))
                    .violated(violation);
        t.send(ErrorMessage.of(id, violation.message()));
        return switch (state) {
            case Established s -> {
                if (violation.consequence() == Consequence.FAIL_CHANNEL) publish(t, violation.message());
                else
                    t.record(new ChannelEvent.ClosedUnilaterally(violation.message(), Optional.empty()))
                            .then(new ChannelEffect.ChannelUnusable(id));
                yield t.violated(violation);
            }
            case Closing s -> t.violated(violation);
            case Closed s -> t.violated(violation);
            case Unopened s -> t.record(new ChannelEvent.ClosedBecause(violation.message()))
                    .then(new ChannelEffect.ChannelClosed(violation.message()))
                    .violated(violation);
            case AwaitingAccept s -> abandon(t, violation.message()).violated(violation);
            case AwaitingFundingTx s -> abandon(t, violation.message()).violated(violation);
            case AwaitingFundingSigned s -> abandon(t, violation.message()).violated(violation);
            case AwaitingFundingCreated s -> abandon(t, violation.message()).violated(violation);
        };
    }

    private static Transition publish(Transition t, String reason) {
        ActiveChannel channel = t.channel();
        Tx commitment = CommitmentSigning.latestSigned(t.context().keys(), channel);
        t.record(new ChannelEvent.ClosedUnilaterally(reason, Optional.of(commitment)))
                .then(new ChannelEffect.ChannelUnusable(channel.id()));
        OnChain.begin(t.context(), (Closing) t.state()).forEach(t::then);
        return t;
    }

    /** The scriptPubKey of the funding output. */
    public static Bytes fundingScript(ActiveChannel c) {
        return Funding.output(c.terms().ours().basepoints().funding(), c.terms().theirs().basepoints().funding(),
                c.terms().capacity()).script();
    }

    private static ChannelId idOf(ChannelState state) {
        return switch (state) {
            case Funded s -> s.channel().id();
            case AwaitingAccept s -> s.proposal().temporaryId();
            case AwaitingFundingTx s -> s.opening().temporaryId();
            case AwaitingFundingSigned s -> s.opening().temporaryId();
            case AwaitingFundingCreated s -> s.opening().temporaryId();
            case Unopened s -> ChannelId.ALL;
            case Closed s -> ChannelId.ALL;
        };
    }
}
