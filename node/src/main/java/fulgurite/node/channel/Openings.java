package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import fulgurite.node.channel.ChannelsActor.FundOutside;
import fulgurite.node.channel.ChannelsActor.Indexed;
import fulgurite.node.channel.ChannelsActor.NotOpened;
import fulgurite.node.channel.ChannelsActor.Open;
import fulgurite.node.channel.ChannelsActor.OpenResult;
import fulgurite.node.channel.ChannelsActor.OutsideRefused;
import fulgurite.node.channel.ChannelsActor.OutsideResult;
import fulgurite.node.channel.ChannelsActor.OutsideWanted;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.OpenChannel;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How channels begin, by either side, and who waits for it. Not for sharing between threads. */
final class Openings {
    /** Channels that one peer may be opening with us at once. */
    private static final int UNFUNDED_PER_PEER = 5;
    private static final String OUTSIDE = "wallet-outside-";

    /** To a connected peer. */
    record Link(Features theirs, ActorRef<PeerConnectionActor.Send> line) {}

    /** A channel that waits for its index. @param ours when it is ours @param outside who wants to know what another wallet is to pay */
    record Beginning(NodeId peer, Link link, Optional<Open> ours, Optional<OpenChannel> theirs,
            Optional<ActorRef<OutsideResult>> outside) {}

    /** Starts a channel's actor. */
    interface Starter {
        ActorRef<ChannelActor.Command> start(RegistryActor.ChannelIndex given, ActorRef<WalletActor.Command> wallet);
    }

    private final ActorContext<ChannelsActor.Command> context;
    private final ChannelEnvironment environment;
    private final ActorRef<RegistryActor.Command> registry;
    private final ActorRef<WalletActor.Command> wallet;
    private final ActorRef<ChannelActor.Outcome> answers;
    private final Starter starter;
    private final SortedMap<Long, ActorRef<OpenResult>> waiting = new TreeMap<>();
    private final OutsideFundings outside = new OutsideFundings();

    /** @param answers where channels answer */
    Openings(ActorContext<ChannelsActor.Command> context, ChannelEnvironment environment,
            ActorRef<RegistryActor.Command> registry, ActorRef<WalletActor.Command> wallet,
            ActorRef<ChannelActor.Outcome> answers, Starter starter) {
        this.context = context;
        this.environment = environment;
        this.registry = registry;
        this.wallet = wallet;
        this.answers = answers;
        this.starter = starter;
    }

    /** A peer opens. @param unfunded channels that it is opening already */
    void accept(NodeId peer, Link link, OpenChannel theirs, long unfunded, BlockHeight now) {
        if (unfunded < UNFUNDED_PER_PEER) {
            register(new Beginning(peer, link, Optional.empty(), Optional.of(theirs), Optional.empty()), now);
            return;
        }
        link.line()
                .tell(new PeerConnectionActor.Send(ErrorMessage.of(theirs.temporaryChannelId(),
                        "too many channels are being opened at once")));
    }

    /** We open. @param link when the peer is connected @param payer when another wallet pays */
    void open(Open open, Optional<Link> link, Optional<ActorRef<OutsideResult>> payer, BlockHeight now) {
        if (link.isEmpty()) {
            String reason = "the peer is not connected: connect to it first";
            open.replyTo().tell(new NotOpened(reason));
            payer.ifPresent(told -> told.tell(new OutsideRefused(reason)));
            return;
        }
        register(new Beginning(open.peer(), link.get(), Optional.of(open), Optional.empty(), payer), now);
    }

    private void register(Beginning beginning, BlockHeight now) {
        ActorRef<RegistryActor.ChannelIndex> once = Once.reply(context, RegistryActor.ChannelIndex.class,
                index -> new Indexed(index, beginning));
        registry.tell(new RegistryActor.RegisterChannel(beginning.peer(), now, once));
    }

    /** The registry knows the channel: it begins. */
    void begin(RegistryActor.ChannelIndex given, Beginning beginning) {
        ActorRef<ChannelActor.Command> channel = starter.start(given, beginning.outside()
                .map(payer -> outside(given.index(), payer))
                .orElse(wallet));
        Link link = beginning.link();
        var alias = new ShortChannelId(ByteReader.of(environment.entropy().next().bytes()).readU64());
        if (beginning.ours().isPresent()) {
            waiting.put(given.index(), beginning.ours().get().replyTo());
            var temporaryId = new ChannelId(environment.entropy().next().bytes());
            ChannelCommand command = asFunder(given.index(), beginning.ours().get(), link.theirs(), temporaryId, alias);
            channel.tell(new ChannelActor.Begin(command, temporaryId, link.line(), answers));
        } else {
            OpenChannel theirs = beginning.theirs().orElseThrow();
            var command = new ChannelCommand.AcceptAsFundee(given.peer(), link.theirs(), given.index(), alias, theirs,
                    environment.zeroConfPeers().contains(given.peer()));
            channel.tell(new ChannelActor.Begin(command, theirs.temporaryChannelId(), link.line(), answers));
        }
    }

    private ChannelCommand asFunder(long index, Open ours, Features theirs, ChannelId temporaryId,
            ShortChannelId alias) {
        boolean zeroConf = environment.zeroConfPeers().contains(ours.peer()) && theirs.offers(Feature.ZEROCONF)
                && environment.features().offers(Feature.ZEROCONF);
        return new ChannelCommand.OpenAsFunder(ours.peer(), theirs, index, temporaryId, alias, ours.funding(),
                ours.push(), ours.feerate(), ours.announce(), ours.zeroReserve(), zeroConf);
    }

    private ActorRef<WalletActor.Command> outside(long index, ActorRef<OutsideResult> payer) {
        outside.ask(index, payer);
        ActorRef<ChannelsActor.Command> self = context.getSelf();
        return context.spawn(OutsideWallet.create(wallet, fund -> self.tell(new OutsideWanted(index, fund))),
                OUTSIDE + index);
    }

    /** The peer has accepted: this is to be paid by another wallet. */
    void want(OutsideWanted wanted) {
        outside.want(wanted.index(), wanted.fund());
    }

    void fund(FundOutside given) {
        if (outside.fund(given)) waiting.put(given.index(), given.replyTo());
    }

    /** Who waits for the opening is told how it ended. */
    void ended(long index, OpenResult result) {
        ActorRef<OpenResult> opener = waiting.remove(index);
        if (opener != null) opener.tell(result);
    }

    /** The channel is over, whether it ever began or not. */
    void over(long index, String reason) {
        ended(index, new NotOpened(reason));
        outside.refused(index, reason);
        context.getChild(OUTSIDE + index).ifPresent(context::stop);
    }
}
