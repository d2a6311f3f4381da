package fulgurite.protocol.channel;

import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.closing.FeeNegotiation;
import fulgurite.protocol.channel.closing.ShuttingDown;
import fulgurite.protocol.channel.closing.SimpleClosing;
import fulgurite.protocol.channel.normal.Committing;
import fulgurite.protocol.channel.normal.PeerUpdates;
import fulgurite.protocol.channel.normal.Quieting;
import fulgurite.protocol.channel.normal.Reestablishing;
import fulgurite.protocol.channel.opening.Announcing;
import fulgurite.protocol.channel.opening.FundeeOpening;
import fulgurite.protocol.channel.opening.FunderOpening;
import fulgurite.protocol.channel.opening.Readiness;
import fulgurite.protocol.wire.*;

/** Which rule hears which message of the peer. */
final class Receiving {
    /**
     * What a peer may have us record before it signs, over all connections: five times a full channel both ways. One
     * that proposes, hangs up and proposes again could fill our disk for nothing.
     */
    static final int MAX_UNSIGNED = 5_000;

    private Receiving() {}

    static Decision receive(ChannelContext context, ChannelState state, LightningMessage message) {
        return switch (message) {
            case ErrorMessage m -> Failing.failedByPeer(context, state, m.text());
            case SetupMessage m -> Decision.nothing();
            case OpeningMessage m -> opening(context, state, m);
            case ChannelMessage m -> channel(context, state, m);
            case GossipMessage m -> Decision.nothing();
            case GossipQuery m -> Decision.nothing();
            case UnknownMessage m -> Decision.nothing();
        };
    }

    private static Decision opening(ChannelContext context, ChannelState state, OpeningMessage message) {
        if (state instanceof Closed) return Decision.nothing();
        return switch (message) {
            case AcceptChannel m when state instanceof AwaitingAccept s -> FunderOpening.accepted(context, s, m);
            case FundingSigned m when state instanceof AwaitingFundingSigned s ->
                FunderOpening.signed(context, s, m);
            case FundingCreated m when state instanceof AwaitingFundingCreated s ->
                FundeeOpening.created(context, s, m);
            case OpenChannel m -> outOfPlace(context, state, message);
            case AcceptChannel m -> outOfPlace(context, state, message);
            case FundingSigned m -> outOfPlace(context, state, message);
            case FundingCreated m -> outOfPlace(context, state, message);
        };
    }

    private static Decision channel(ChannelContext context, ChannelState state, ChannelMessage message) {
        return switch (state) {
            case Established s -> established(context, s, message);
            case Closing s -> closing(context, s, message);
            case Closed s -> Decision.nothing();
            case Unopened s -> outOfPlace(context, state, message);
            case AwaitingAccept s -> outOfPlace(context, state, message);
            case AwaitingFundingTx s -> outOfPlace(context, state, message);
            case AwaitingFundingSigned s -> outOfPlace(context, state, message);
            case AwaitingFundingCreated s -> outOfPlace(context, state, message);
        };
    }

    private static Decision established(ChannelContext context, Established state, ChannelMessage message) {
        return switch (state.channel().link()) {
            // A message from a connection that is gone already.
            case Link.Down() -> Decision.nothing();
            case Link.Reestablishing(var features) -> message instanceof ChannelReestablish m
                    ? Reestablishing.received(context, state, m)
                    : Failing.warning(context, state, "a message before channel_reestablish");
            case Link.Up(var features) -> connected(context, state, message);
        };
    }

    private static Decision connected(ChannelContext context, Established state, ChannelMessage message) {
        boolean recorded = message instanceof UpdateMessage || message instanceof ChannelReady
                || message instanceof AnnouncementSignatures || message instanceof Shutdown
                || message instanceof ClosingComplete || message instanceof ClosingSigned;
        if (recorded && state.channel().unsignedUpdates() >= MAX_UNSIGNED)
            return Failing.violation(context, state, "too many updates without a commitment_signed");
        return switch (message) {
            case ChannelReady m -> Readiness.received(context, state, m);
            case AnnouncementSignatures m -> Announcing.received(context, state, m);
            case Shutdown m -> ShuttingDown.received(context, state, m);
            case Stfu m when state instanceof Normal s -> Quieting.received(context, s, m);
            case UpdateMessage m when state instanceof Normal s -> PeerUpdates.received(context, s, m);
            case CommitmentSigned m when state instanceof Normal s -> Committing.received(context, s, m);
            case RevokeAndAck m when state instanceof Normal s -> Committing.received(context, s, m);
            case ClosingSigned m when state instanceof Negotiating s && !SimpleClosing.isNegotiated(context, s) ->
                FeeNegotiation.received(context, s, m);
            case UpdateMessage m -> outOfPlace(context, state, message);
            case CommitmentSigned m -> outOfPlace(context, state, message);
            case RevokeAndAck m -> outOfPlace(context, state, message);
            case ClosingSigned m -> outOfPlace(context, state, message);
            case ChannelReestablish m -> outOfPlace(context, state, message);
            case Stfu m -> outOfPlace(context, state, message);
            case ClosingComplete m when state instanceof Negotiating s && SimpleClosing.isNegotiated(context, s) ->
                SimpleClosing.received(context, s, m);
            case ClosingSig m when state instanceof Negotiating s && SimpleClosing.isNegotiated(context, s) ->
                SimpleClosing.received(context, s, m);
            case ClosingComplete m -> outOfPlace(context, state, message);
            case ClosingSig m -> outOfPlace(context, state, message);
        };
    }

    /** A channel that has failed answers every attempt to take it up by its error; a mutual close just waits for the chain. */
    private static Decision closing(ChannelContext context, Closing state, ChannelMessage message) {
        if (state.progress().mutual() || !(message instanceof ChannelReestablish)) return Decision.nothing();
        var error = ErrorMessage.of(state.channel().id(), state.progress().reason());
        return new Transition(context, state).send(error).accepted();
    }

    private static Decision outOfPlace(ChannelContext context, ChannelState state, LightningMessage message) {
        return Failing.violation(context, state, message.getClass().getSimpleName() + " is out of place");
    }
}
