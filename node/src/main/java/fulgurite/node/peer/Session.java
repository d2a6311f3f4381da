package fulgurite.node.peer;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.InitTlv;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.Pong;
import fulgurite.protocol.wire.UnknownMessage;
import fulgurite.protocol.wire.Warning;
import java.util.List;
import java.util.Optional;

/**
 * The rules of one connection above its encryption: {@code init} first, pings answered, unknown messages odd or even.
 * Pure: each input gives the next session and what to do, in order. After {@link Action.Close} nothing may follow.
 *
 * @param ours what our {@code init} says
 * @param chain the genesis hash of our chain
 * @param theirs the peer's features, once its {@code init} has come
 * @param heard whether anything came since the last {@link #tick}
 * @param pongAwaited whether we have pinged and heard nothing since
 * @param pings answered or ignored since the last {@link #tick}
 * @bolt 1
 */
public record Session(Features ours, Bytes32 chain, Optional<Features> theirs, boolean heard, boolean pongAwaited,
        int pings) {
    /** More pings than this between two ticks is a flood. The BOLT lets one be sent every 30 seconds. */
    static final int PINGS_PER_TICK = 100;

    /** What to do. */
    public sealed interface Action {
        record Send(LightningMessage message) implements Action {}

        /** The peer's {@code init} was good: from here on messages flow. */
        record Ready(Features theirs) implements Action {}

        /** For whoever the message is about. */
        record Deliver(LightningMessage message) implements Action {}

        /** Hang up, after what was to be sent. @param reason for a person */
        record Close(String reason) implements Action {}
    }

    /** A session and what to do to get there. */
    public record Step(Session next, List<Action> actions) {
        public Step {
            actions = List.copyOf(actions);
        }
    }

    /** The session of a fresh connection: our {@code init} goes out first. */
    public static Step open(Features ours, Bytes32 chain) {
        var networks = TlvStream.<InitTlv>of(new InitTlv.Networks(List.of(chain)));
        return new Step(new Session(ours, chain, Optional.empty(), false, false, 0), List.of(
                new Action.Send(new Init(Features.EMPTY, ours, networks))));
    }

    /** Takes one message as it came. */
    public Step receive(Bytes message) {
        LightningMessage decoded;
        try {
            decoded = Messages.decode(message);
        } catch (MalformedException e) {
            return refuse("a malformed message of type " + type(message) + ": " + e.getMessage());
        }
        Session alive = new Session(ours, chain, theirs, true, false, pings);
        return alive.theirs.isEmpty() ? alive.receiveFirst(decoded) : alive.receiveNext(decoded);
    }

    private static String type(Bytes message) {
        return message.size() < 2 ? "(none)" : Integer.toString(message.unsigned(0) << 8 | message.unsigned(1));
    }

    private Step receiveFirst(LightningMessage message) {
        return switch (message) {
            case Init init -> judge(init);
            case ErrorMessage error -> hangUp("it refused us: " + error.text());
            case Warning warning -> hangUp("it refused us: " + warning.text());
            case LightningMessage other -> refuse("message " + Messages.numberOf(other) + " came before init");
        };
    }

    private Step judge(Init init) {
        Features all = init.combinedFeatures();
        List<Integer> demanded = all.requiredButNotIn(ours);
        if (!demanded.isEmpty()) return refuse("the features " + demanded + " are demanded and not known here");
        if (!all.missingDependencies().isEmpty())
            return refuse("the features " + all + " lack what they depend on: " + all.missingDependencies());
        Optional<InitTlv.Networks> networks = init.tlvs().get(InitTlv.Networks.class);
        if (networks.isPresent() && !networks.get().chains().contains(chain))
            return refuse("no chain in common: this node is on " + chain);
        return new Step(new Session(ours, chain, Optional.of(all), true, false, 0), List.of(new Action.Ready(all)));
    }

    private Step receiveNext(LightningMessage message) {
        return switch (message) {
            case Init again -> refuse("init came twice");
            case Ping ping -> answer(ping);
            case Pong pong -> new Step(this, List.of());
            case UnknownMessage unknown when unknown.mustBeUnderstood() -> refuse("message type " + unknown.type()
                    + " is even and not known here");
            case UnknownMessage odd -> new Step(this, List.of());
            case LightningMessage other -> new Step(this, List.of(new Action.Deliver(other)));
        };
    }

    private Step answer(Ping ping) {
        if (pings >= PINGS_PER_TICK) return refuse("too many pings");
        Session counted = new Session(ours, chain, theirs, heard, pongAwaited, pings + 1);
        return new Step(counted, ping.wantsPong() ? List.of(new Action.Send(Pong.to(ping))) : List.of());
    }

    /** Time has passed, one ping interval: a silent peer is pinged, and given up when it stays silent. */
    public Step tick() {
        if (pongAwaited) return hangUp("it does not answer pings");
        boolean ping = !heard && theirs.isPresent();
        return new Step(new Session(ours, chain, theirs, false, ping, 0), ping
                ? List.of(new Action.Send(new Ping(1, Bytes.EMPTY)))
                : List.of());
    }

    private Step hangUp(String reason) {
        return new Step(this, List.of(new Action.Close(reason)));
    }

    /** A warning: it tells the peer why, and fails no channel. */
    private Step refuse(String reason) {
        return new Step(this, List.of(new Action.Send(Warning.of(ChannelId.ALL, reason)), new Action.Close(reason)));
    }
}
