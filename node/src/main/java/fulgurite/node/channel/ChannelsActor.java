package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.channel.ChannelEnvironment.Weather;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.bitcoin.Psbt;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.IncomingHtlc;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.OpenChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All channels of a node: starts a {@link ChannelActor} for each, those of the registry first, and tells the rest of
 * the node what becomes of them. Until every recovered channel has told its state, what HTLCs want is held back: a
 * forwarded HTLC must find the channel that it came from or went to.
 */
public final class ChannelsActor {
    /** As the wallet remembers blocks. */
    private static final int DEEPEST_REORGANISATION = 144;
    private static final int RESTARTS = 5;
    private static final Duration RESTARTS_WITHIN = Duration.ofMinutes(1);

    /** What the actor is asked and told. */
    public sealed interface Command {}

    public record PeerUp(NodeId peer, Features theirs, ActorRef<PeerConnectionActor.Send> line) implements Command {}

    public record PeerDown(NodeId peer) implements Command {}

    /** A message that no channel has taken. */
    public record FromPeer(NodeId peer, LightningMessage message) implements Command {}

    /** A peer answered at that address. */
    public record LearnAddress(NodeId peer, PeerAddress address) implements Command {}

    /** A new block, or other feerates. */
    public record NewWeather(Weather weather) implements Command {}

    /** Opens a channel with a connected peer. @param replyTo told when the funding is published, or why it is not */
    public record Open(NodeId peer, Satoshi funding, MilliSatoshi push, boolean announce, boolean zeroReserve,
            FeeratePerKw feerate, ActorRef<OpenResult> replyTo) implements Command {}

    /**
     * Opens a channel that another wallet pays for. Nothing is published before {@link FundOutside} and the peer's
     * signature.
     *
     * @param replyTo told what to pay, once the peer has accepted
     */
    public record OpenOutside(NodeId peer, Satoshi funding, MilliSatoshi push, boolean announce, boolean zeroReserve,
            FeeratePerKw feerate, ActorRef<OutsideResult> replyTo) implements Command {}

    /** The transaction of another wallet, signed. @param index of the opening; @param replyTo told when it is published, or why it is not */
    public record FundOutside(long index, Psbt psbt, ActorRef<OpenResult> replyTo) implements Command {}

    /**
     * Closes a channel, or raises the fee of a close that has begun.
     *
     * @param feerate of a close that has begun, to replace what waits for a block
     * @param replyTo told when the closing transaction is published, or why it is not
     */
    public record Close(ChannelId channel, boolean force, Optional<FeeratePerKw> feerate,
            ActorRef<CloseResult> replyTo) implements Command {
        public Close(ChannelId channel, boolean force, ActorRef<CloseResult> replyTo) {
            this(channel, force, Optional.empty(), replyTo);
        }
    }

    /** @see ChannelActor.FallSilent */
    public record FallSilent(ChannelId channel, ActorRef<CloseResult> replyTo) implements Command {}

    public record GetChannels(ActorRef<Channels> replyTo) implements Command {}

    /** Our latest commitment of every channel that can still be used. */
    public record GetCommitments(ActorRef<Commitments> replyTo) implements Command {}

    private record Recovered(Registry registry) implements Command {}

    record Indexed(RegistryActor.ChannelIndex index, Openings.Beginning beginning) implements Command {}

    record OutsideWanted(long index, WalletActor.Fund fund) implements Command {}

    private record Failed(long index) implements Command {}

    private record Emitted(ChannelActor.Emitted emitted) implements Command {}

    private record Answered(ChannelActor.Outcome outcome) implements Command {}

    record Silenced(ChannelId channel, Optional<TxId> txid, ActorRef<CloseResult> replyTo) implements Command {}

    /** The answer to {@link Open}. */
    public sealed interface OpenResult {}

    public record Opened(LiveChannel channel) implements OpenResult {}

    /** @param reason for a person */
    public record NotOpened(String reason) implements OpenResult {}

    /** The answer to {@link OpenOutside}. */
    public sealed interface OutsideResult {}

    /** @param index of the opening; @param output that the transaction must have */
    public record FundingWanted(long index, TxOutput output) implements OutsideResult {}

    /** @param reason for a person */
    public record OutsideRefused(String reason) implements OutsideResult {}

    /** The answer to {@link Close}. */
    public sealed interface CloseResult {}

    public record Closing(ChannelId channel, TxId txid, boolean mutual) implements CloseResult {}

    /** @param known whether there is such a channel; @param reason for a person */
    public record NotClosing(boolean known, String reason) implements CloseResult {}

    /** The answer to {@link GetChannels}. */
    public record Channels(List<LiveChannel> channels) {
        public Channels {
            channels = List.copyOf(channels);
        }
    }

    /** The answer to {@link GetCommitments}. */
    public record Commitments(List<SignedCommitment> commitments) {
        public Commitments {
            commitments = List.copyOf(commitments);
        }
    }

    /** Our latest commitment, signed by both sides. Publishing it closes the channel. */
    public record SignedCommitment(LiveChannel channel, Tx tx) {}

    /** Whom the channels work with. @param listener told what becomes of them */
    public record Ports(ActorRef<ChannelNews> listener, ActorRef<ChainWatcher.Command> chain,
            ActorRef<WalletActor.Command> wallet, ActorRef<PeersActor.Command> peers) {}

    private final ActorContext<Command> context;
    private final ChannelEnvironment environment;
    private final Ports ports;
    private final ActorRef<RegistryActor.Command> registry;
    private final SortedMap<Long, LiveChannel> channels = new TreeMap<>();
    private final SortedMap<NodeId, Openings.Link> links = new TreeMap<>();
    private final Openings openings;
    private final Closings closings;
    private final Recovering recovering;
    private Weather weather;

    private ChannelsActor(ActorContext<Command> context, ChannelEnvironment environment, Ports ports,
            Weather weather) {
        this.context = context;
        this.environment = environment;
        this.ports = ports;
        this.weather = weather;
        this.registry = context.spawn(RegistryActor.create(environment.node(), context.messageAdapter(
                RegistryActor.Recovered.class, told -> new Recovered(told.registry()))), "registry");
        ActorRef<ChannelActor.Outcome> answers = context.messageAdapter(ChannelActor.Outcome.class, Answered::new);
        this.openings = new Openings(context, environment, registry, ports.wallet(), answers,
                (given, wallet) -> start(given.index(), given.peer(), given.since(), Optional.empty(), wallet));
        this.closings = new Closings(context, environment.shutdownScript(), answers);
        this.recovering = new Recovering(ports.listener());
    }

    public static Behavior<Command> create(ChannelEnvironment environment, Ports ports, Weather weather) {
        return Behaviors.setup(context -> Behaviors.withStash(Integer.MAX_VALUE,
                stash -> new ChannelsActor(context, environment, ports, weather).starting(stash)));
    }

    private Behavior<Command> starting(StashBuffer<Command> stash) {
        return Behaviors.receiveMessage(command -> {
            if (!(command instanceof Recovered(Registry found))) {
                stash.stash(command);
                return Behaviors.same();
            }
            environment.backup().recovered(found);
            recovering.await(found.channels().keySet());
            found.channels()
                    .forEach((index, entry) -> start(index, entry.peer(), reorganised(entry.since()),
                            Optional.ofNullable(found.addresses().get(entry.peer())), ports.wallet()));
            if (recovering.isOver()) allRecovered();
            return stash.unstashAll(running());
        });
    }

    /** While the node was down, a reorganisation may have put what is a channel's below the height at which it began. */
    private static BlockHeight reorganised(BlockHeight since) {
        return new BlockHeight(Math.max(0, since.height() - DEEPEST_REORGANISATION));
    }

    private Behavior<Command> running() {
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case PeerUp(NodeId peer, Features theirs, var line) -> links.put(peer, new Openings.Link(theirs, line));
                case PeerDown(NodeId peer) -> links.remove(peer);
                case FromPeer(NodeId peer, LightningMessage message) -> receive(peer, message);
                case LearnAddress(NodeId peer, PeerAddress address) -> {
                    registry.tell(new RegistryActor.RegisterAddress(peer, address));
                    environment.backup().reachable(peer, address);
                }
                case NewWeather(Weather next) -> {
                    weather = next;
                    channels.values().forEach(channel -> channel.actor().tell(new ChannelActor.Surroundings(next)));
                }
                case Open open -> open(open, Optional.empty());
                case OpenOutside asked -> open(new Open(asked.peer(), asked.funding(), asked.push(), asked.announce(),
                        asked.zeroReserve(), asked.feerate(), context.getSystem().ignoreRef()),
                        Optional.of(asked.replyTo()));
                case OutsideWanted wanted -> openings.want(wanted);
                case FundOutside given -> openings.fund(given);
                case Close close -> closings.close(close, find(close.channel()));
                case FallSilent silent -> closings.fallSilent(silent, find(silent.channel()));
                case GetChannels(ActorRef<Channels> replyTo) -> replyTo.tell(
                        new Channels(List.copyOf(channels.values())));
                case GetCommitments(ActorRef<Commitments> replyTo) -> replyTo.tell(commitments());
                case Recovered again -> throw new IllegalStateException("the registry recovers once");
                case Indexed(var index, Openings.Beginning beginning) -> openings.begin(index, beginning);
                case Emitted(ChannelActor.Emitted emitted) -> heard(emitted);
                case Failed(long index) -> context.getLog()
                        .error("channel {} has failed for good: start the node again, and report what its log says",
                                index);
                case Answered(ChannelActor.Outcome outcome) -> answered(outcome);
                case Silenced(ChannelId channel, Optional<TxId> txid, var replyTo) -> replyTo.tell(txid
                        .<CloseResult>map(published -> new Closing(channel, published, false))
                        .orElseGet(() -> new NotClosing(true, "nothing of this channel is revoked yet: pay first")));
            }
            return Behaviors.same();
        });
    }

    private Commitments commitments() {
        var all = new ArrayList<SignedCommitment>();
        for (LiveChannel channel : channels.values())
            if (channel.state() instanceof ChannelState.Established open)
                all.add(new SignedCommitment(channel,
                        Channel.localCommitment(environment.context(channel.index(), weather), open)));
        return new Commitments(all);
    }

    private ActorRef<ChannelActor.Command> start(long index, NodeId peer, BlockHeight since,
            Optional<PeerAddress> address, ActorRef<WalletActor.Command> wallet) {
        var actorPorts = new ChannelActor.Ports(context.messageAdapter(ChannelActor.Emitted.class, Emitted::new),
                ports.chain(), wallet, ports.peers(), environment.backup());
        Behavior<ChannelActor.Command> behavior = ChannelActor.create(environment.node(),
                new ChannelActor.Identity(index, peer, since, address), environment.context(index, weather),
                actorPorts, environment.invariants());
        Map<String, String> logged = Map.of("node", environment.node(), "peer", peer.toHex(), "channel",
                Long.toString(index));
        Behavior<ChannelActor.Command> supervised = Behaviors.supervise(behavior)
                .onFailure(SupervisorStrategy.restart().withLimit(RESTARTS, RESTARTS_WITHIN));
        ActorRef<ChannelActor.Command> actor = context
                .spawn(Behaviors.withMdc(ChannelActor.Command.class, logged, supervised), "channel-" + index);
        context.watchWith(actor, new Failed(index));
        channels.put(index, new LiveChannel(index, peer, actor, new ChannelState.Unopened(), Optional.empty()));
        return actor;
    }

    private void receive(NodeId peer, LightningMessage message) {
        Openings.Link link = links.get(peer);
        if (link == null) return;
        if (message instanceof OpenChannel theirs)
            openings.accept(peer, link, theirs, unfunded(peer), weather.height());
        if (message instanceof ChannelReestablish unknown)
            link.line()
                    .tell(new PeerConnectionActor.Send(
                            ErrorMessage.of(unknown.channelId(), "no such channel is known here")));
    }

    private long unfunded(NodeId peer) {
        return channels.values()
                .stream()
                .filter(channel -> channel.peer().equals(peer) && channel.active().isEmpty())
                .count();
    }

    private void open(Open open, Optional<ActorRef<OutsideResult>> payer) {
        openings.open(open, Optional.ofNullable(links.get(open.peer())), payer, weather.height());
    }

    private Optional<LiveChannel> find(ChannelId id) {
        return channels.values().stream().filter(one -> one.channelId().equals(Optional.of(id))).findFirst();
    }

    private void answered(ChannelActor.Outcome outcome) {
        LiveChannel channel = channels.get(outcome.index());
        if (channel == null) return;
        String reason = switch (outcome.decision()) {
            case Decision.Accepted accepted -> "";
            case Decision.Refused(Refusal refusal) -> RefusalText.of(refusal);
            case Decision.Violated violated -> violated.violation().message();
        };
        if (reason.isEmpty()) return;
        if (channel.state() instanceof ChannelState.Unopened) closed(channel, reason);
        closings.refused(outcome.index(), reason);
    }

    private void heard(ChannelActor.Emitted emitted) {
        LiveChannel channel = channels.get(emitted.index());
        if (channel == null) return;
        switch (emitted) {
            case ChannelActor.Started(long index, ChannelState state) -> {
                channel.actor().tell(new ChannelActor.Surroundings(weather));
                changed(channel.with(state).with(Optional.empty()));
                if (!recovering.heard(index)) return;
                // Registered, and then a crash before its first event.
                if (state instanceof ChannelState.Unopened) closed(channel, "never begun");
                if (recovering.isOver()) allRecovered();
            }
            case ChannelActor.Changed(long index, ChannelState state) -> changed(channel.with(state));
            case ChannelActor.Stopped(long index, String reason) -> {
                changed(channel.with(Optional.of(reason)));
                ports.listener().tell(new ChannelNews.Unusable(channels.get(index)));
            }
            case ChannelActor.TxPublished(long index, TxId txid, Published result) -> published(channel, txid, result);
            case ChannelActor.Effected(long index, ChannelEffect effect) -> effected(channel, effect);
        }
    }

    private void allRecovered() {
        ports.wallet().tell(new WalletActor.ChannelsRecovered(new TreeSet<>(channels.keySet())));
        recovering.end();
    }

    private void changed(LiveChannel channel) {
        LiveChannel before = channels.put(channel.index(), channel);
        if (before == null || before.state().getClass() != channel.state().getClass()) tellReserve();
        ports.listener().tell(new ChannelNews.Changed(channel));
    }

    /** A commitment with anchors, and what follows from it, is paid for by the wallet. */
    private void tellReserve() {
        long mayClose = channels.values()
                .stream()
                .flatMap(channel -> channel.active().stream())
                .filter(active -> active.terms().format().hasAnchors())
                .count();
        ports.wallet().tell(new WalletActor.Reserve((int) mayClose));
    }

    private void published(LiveChannel channel, TxId txid, Published result) {
        boolean isFunding = channel.active().filter(active -> active.funding().txid().equals(txid)).isPresent();
        if (!isFunding) closings.tellIfClosing(channel);
        else
            openings.ended(channel.index(), result instanceof Published.Rejected(String reason)
                    ? new NotOpened("the chain refuses the funding transaction: " + reason)
                    : new Opened(channel));
    }

    private void effected(LiveChannel channel, ChannelEffect effect) {
        if (effect instanceof ChannelEffect.HtlcReceived(IncomingHtlc htlc))
            recovering.tell(new ChannelNews.HtlcReceived(channel.channelId().orElseThrow(), htlc));
        if (effect instanceof ChannelEffect.HtlcSettled settled)
            recovering.tell(new ChannelNews.HtlcSettled(channel, settled));
        if (effect instanceof ChannelEffect.ChannelUsable names)
            ports.listener().tell(new ChannelNews.Usable(channel, names));
        if (effect instanceof ChannelEffect.ChannelUnusable) ports.listener().tell(new ChannelNews.Unusable(channel));
        if (effect instanceof ChannelEffect.AnnounceChannel told)
            ports.listener().tell(new ChannelNews.Announced(channel, told));
        if (effect instanceof ChannelEffect.ChannelClosed(String reason)) closed(channel, reason);
    }

    /** The channel is over: it is not started again, and who waited for it is told. */
    private void closed(LiveChannel channel, String reason) {
        openings.over(channel.index(), reason);
        closings.refused(channel.index(), reason);
        registry.tell(new RegistryActor.ArchiveChannel(channel.index()));
        environment.backup().over(channel.index());
        ports.wallet().tell(new WalletActor.OpeningOver(channel.index()));
        channels.remove(channel.index());
        tellReserve();
        context.unwatch(channel.actor());
        context.stop(channel.actor());
    }
}
