package fulgurite.node;

import akka.actor.typed.ActorRef;
import fulgurite.node.NodeActor.Connect;
import fulgurite.node.NodeActor.News;
import fulgurite.node.channel.ChannelEnvironment.Weather;
import fulgurite.node.channel.ChannelNews;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.payment.ForwarderActor;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.router.RouterActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.graph.Network;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;

/**
 * Carries what one part of a node tells to those whom it concerns. It decides nothing, and is used by one actor alone.
 */
final class Switchboard {
    private final ActorRef<PeersActor.Command> peers;
    private final ActorRef<ChannelsActor.Command> channels;
    private final ActorRef<RouterActor.Command> router;
    private final ActorRef<PaymentsActor.Command> payments;
    private final ActorRef<ForwarderActor.Command> forwarder;
    private final Whereabouts whereabouts;
    private final ActorRef<PeerActor.ConnectResult> connected;
    private final Logger log;
    private final SortedMap<NodeId, List<Connect>> connecting = new TreeMap<>();
    private final List<ActorRef<News>> listeners = new ArrayList<>();

    /** @param connected told of the ends of attempts to connect, for {@link #connected}; @param log of the actor that uses it */
    Switchboard(ActorRef<PeersActor.Command> peers, ActorRef<ChannelsActor.Command> channels,
            ActorRef<RouterActor.Command> router, ActorRef<PaymentsActor.Command> payments,
            ActorRef<ForwarderActor.Command> forwarder, ActorRef<PeerActor.ConnectResult> connected, Logger log) {
        this.peers = peers;
        this.channels = channels;
        this.router = router;
        this.payments = payments;
        this.forwarder = forwarder;
        this.whereabouts = new Whereabouts(peers::tell);
        this.connected = connected;
        this.log = log;
    }

    void subscribe(ActorRef<News> listener) {
        listeners.add(listener);
    }

    void unsubscribe(ActorRef<News> listener) {
        listeners.removeIf(each -> each.equals(listener));
    }

    void changed(LiveChannel channel) {
        payments.tell(new PaymentsActor.ChannelChanged(channel));
        forwarder.tell(new ForwarderActor.ChannelChanged(channel));
    }

    void weather(Weather weather) {
        channels.tell(new ChannelsActor.NewWeather(weather));
        router.tell(new RouterActor.NewHeight(weather.height()));
        payments.tell(new PaymentsActor.NewHeight(weather.height()));
        forwarder.tell(new ForwarderActor.NewHeight(weather.height()));
    }

    void network(Network network) {
        whereabouts.learn(network.table());
        payments.tell(new PaymentsActor.NewNetwork(network));
    }

    void tell(News news) {
        listeners.forEach(listener -> listener.tell(news));
    }

    void connect(Connect connect) {
        NodeId peer = connect.peer();
        List<PeerAddress> places = connect.address().map(List::of).orElseGet(() -> whereabouts.of(peer));
        if (places.isEmpty()) {
            connect.replyTo().tell(new PeerActor.ConnectResult.Failed(peer, Whereabouts.UNKNOWN));
            return;
        }
        connecting.computeIfAbsent(peer, first -> new ArrayList<>()).add(connect);
        peers
                .tell(new PeersActor.ToPeer(peer, new PeerActor.Connect(places.getFirst(), places.subList(1, places
                        .size()), connected)));
    }

    void connected(PeerActor.ConnectResult result) {
        List<Connect> asked = connecting.get(result.peer());
        if (asked == null) return;
        Connect first = asked.removeFirst();
        if (asked.isEmpty()) connecting.remove(result.peer());
        if (result instanceof PeerActor.ConnectResult.Connected connected)
            first.address()
                    .or(connected::address)
                    .ifPresent(at -> channels.tell(new ChannelsActor.LearnAddress(result.peer(), at)));
        first.replyTo().tell(result);
    }

    void heard(PeerActor.Event event) {
        switch (event) {
            case PeerActor.Event.PeerUp(NodeId peer, var theirs, var line, String where) -> {
                channels.tell(new ChannelsActor.PeerUp(peer, theirs, line));
                router.tell(new RouterActor.PeerUp(peer, theirs, line));
                tell(new News.PeerUp(peer));
            }
            case PeerActor.Event.AddressWanted(NodeId peer) -> whereabouts.seek(peer);
            case PeerActor.Event.PeerDown(NodeId peer, String reason) -> {
                channels.tell(new ChannelsActor.PeerDown(peer));
                router.tell(new RouterActor.PeerDown(peer));
                tell(new News.PeerDown(peer, reason));
            }
            case PeerActor.Event.MessageReceived(NodeId peer, LightningMessage message) -> heard(peer, message);
            case PeerActor.Event.GossipReceived(NodeId peer, List<GossipMessage> messages) -> router
                    .tell(new RouterActor.ReceivedInRow(peer, messages));
        }
    }

    private void heard(NodeId peer, LightningMessage message) {
        if (message instanceof GossipQuery query) router.tell(new RouterActor.ReceivedQuery(peer, query));
        else if (message instanceof ErrorMessage error) log.warn("{} says: {}", peer, error);
        else if (message instanceof Warning warning) log.warn("{} warns: {}", peer, warning);
        else channels.tell(new ChannelsActor.FromPeer(peer, message));
    }

    void heard(ChannelNews news) {
        switch (news) {
            case ChannelNews.Changed(LiveChannel channel) -> {
                changed(channel);
                tell(new News.Channel(channel));
            }
            case ChannelNews.HtlcReceived received -> forwarder.tell(new ForwarderActor.HtlcReceived(received));
            case ChannelNews.HtlcSettled settled -> {
                switch (settled.settled().origin()) {
                    case HtlcOrigin.Local ours -> payments.tell(new PaymentsActor.HtlcSettled(settled, ours));
                    case HtlcOrigin.Relayed relayed -> forwarder
                            .tell(
                                    new ForwarderActor.HtlcSettled(settled, relayed));
                }
            }
            case ChannelNews.Usable(LiveChannel channel, ChannelEffect.ChannelUsable names) -> {
                // What it was called before it had a place on the chain.
                if (channel.active().filter(active -> !active.name().equals(names.localAlias())).isPresent())
                    router.tell(new RouterActor.OwnChannelUnusable(names.localAlias()));
                channel.active()
                        .ifPresent(active -> router
                                .tell(new RouterActor.OwnChannelUsable(
                                        active.name(), channel.peer(),
                                        active.terms().capacity(),
                                        active.terms().capacity().toMilliSatoshi())));
            }
            case ChannelNews.Unusable(LiveChannel channel) -> name(channel).ifPresent(
                    name -> router.tell(new RouterActor.OwnChannelUnusable(name)));
            case ChannelNews.Announced(LiveChannel channel, ChannelEffect.AnnounceChannel announced) ->
                announce(channel, announced.announcement());
            case ChannelNews.AllRecovered again -> throw new IllegalStateException("told once");
        }
    }

    private static Optional<ShortChannelId> name(LiveChannel channel) {
        return channel.active().map(ActiveChannel::name);
    }

    /** The funding is our own: nothing of it needs to be asked of the chain. */
    private void announce(LiveChannel channel, ChannelAnnouncement announcement) {
        channel.active()
                .ifPresent(active -> router
                        .tell(new RouterActor.OwnChannelAnnounced(announcement,
                                new FundingOutput(active.funding(), active.terms().capacity(),
                                        Scripts.payToWitnessScriptHash(Scripts.multisig(announcement.bitcoinKey1(),
                                                announcement.bitcoinKey2()))),
                                active.terms().capacity().toMilliSatoshi())));
    }
}
