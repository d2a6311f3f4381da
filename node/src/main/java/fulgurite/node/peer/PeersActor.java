package fulgurite.node.peer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.Entropy;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.LightningMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All peers of a node: one {@link PeerActor} for each node id, made when first needed and retired when there is nothing
 * to remember. It also accepts lines; one goes to its peer once the handshake has shown who dialled.
 */
public final class PeersActor {
    /** What the registry can be told. */
    public sealed interface Command {}

    /** Starts to accept lines. */
    public record Listen(ActorRef<ListenResult> replyTo) implements Command {}

    /** The only way to a {@link PeerActor}. */
    public record ToPeer(NodeId peer, PeerActor.Command command) implements Command {}

    /** Sends to every connected peer but one, such as the one that gossip came from. */
    public record Broadcast(List<LightningMessage> messages, Optional<NodeId> except) implements Command {}

    /** Answers with the peers that are connected or to be remembered, by node id. */
    public record GetPeers(ActorRef<Peers> replyTo) implements Command {}

    /** A peer's status has changed. */
    record Changed(PeerStatus status) implements Command {}

    /** A peer has nothing to remember. @param seen the commands that it had from us */
    record Retire(NodeId peer, long seen) implements Command {}

    private record Incoming(Transport.Line line, EarlyEvents events) implements Command {}

    private record Bound(ListenResult result, ActorRef<ListenResult> replyTo) implements Command {}

    private record FromConnection(PeerConnectionActor.Event event) implements Command {}

    public sealed interface ListenResult {
        /** @param address to give to others */
        record Listening(PeerAddress address) implements ListenResult {}

        /** @param reason for a person */
        record Failed(String reason) implements ListenResult {}
    }

    public record Peers(List<PeerStatus> peers) {
        public Peers {
            peers = List.copyOf(peers);
        }
    }

    /** @param sent commands so far */
    private record Entry(ActorRef<PeerActor.Command> actor, PeerStatus status, long sent) {
        boolean isStranger() {
            return status.isConnected() && status.channels() == 0;
        }
    }

    private final ActorContext<Command> context;
    private final PeerSettings settings;
    private final Transport transport;
    private final Entropy entropy;
    private final ActorRef<PeerActor.Event> listener;
    private final SortedMap<NodeId, Entry> peers = new TreeMap<>();

    private PeersActor(ActorContext<Command> context, PeerSettings settings, Transport transport, Entropy entropy,
            ActorRef<PeerActor.Event> listener) {
        this.context = context;
        this.settings = settings;
        this.transport = transport;
        this.entropy = entropy;
        this.listener = listener;
    }

    /**
     * When it stops, every line of the node is closed.
     *
     * @param listener what the peers do and say, except what belongs to attached channels
     */
    public static Behavior<Command> create(PeerSettings settings, Transport transport, Entropy entropy,
            ActorRef<PeerActor.Event> listener) {
        return Behaviors.setup(context -> new PeersActor(context, settings, transport, entropy, listener).behavior());
    }

    private Behavior<Command> behavior() {
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case Listen(ActorRef<ListenResult> replyTo) -> listen(replyTo);
                case Bound(ListenResult result, ActorRef<ListenResult> replyTo) -> replyTo.tell(result);
                case Incoming(Transport.Line line, EarlyEvents events) -> context.spawnAnonymous(PeerConnectionActor
                        .accept(settings, entropy, line, events, context.messageAdapter(PeerConnectionActor.Event.class,
                                FromConnection::new)));
                case FromConnection(PeerConnectionActor.Event event) -> heard(event);
                case ToPeer(NodeId peer, PeerActor.Command told) -> tell(peer, told);
                case Broadcast(List<LightningMessage> messages, Optional<NodeId> except) -> broadcast(messages, except);
                case GetPeers(ActorRef<Peers> replyTo) -> replyTo.tell(new Peers(peers.values()
                        .stream()
                        .map(Entry::status)
                        .toList()));
                case Changed(PeerStatus status) -> peers.computeIfPresent(status.nodeId(), (id, entry) -> new Entry(
                        entry.actor(), status, entry.sent()));
                case Retire(NodeId peer, long seen) -> retire(peer, seen);
            }
            return Behaviors.same();
        });
    }

    private void listen(ActorRef<ListenResult> replyTo) {
        ActorRef<Command> self = context.getSelf();
        var bound = transport.listen(line -> {
            var events = new EarlyEvents();
            self.tell(new Incoming(line, events));
            return events;
        });
        context.pipeToSelf(bound, (address, failure) -> new Bound(failure == null
                ? new ListenResult.Listening(address)
                : new ListenResult.Failed(reason(failure)), replyTo));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private void heard(PeerConnectionActor.Event event) {
        switch (event) {
            case PeerConnectionActor.Authenticated(var connection, NodeId remote) -> {
                if (isWelcome(remote)) tell(remote, new PeerActor.Adopt(connection));
                else connection.tell(new PeerConnectionActor.Close("too many peers without a channel"));
            }
            case PeerConnectionActor.Ended(var connection, String reason) -> context.getLog()
                    .debug("an incoming connection ended before its handshake: {}", reason);
            case PeerConnectionActor.Ready ready -> throw new IllegalStateException("ready without an owner");
            case PeerConnectionActor.Received received -> throw new IllegalStateException("a message without an owner");
        }
    }

    private boolean isWelcome(NodeId remote) {
        return !remote.equals(settings.nodeId()) && (peers.containsKey(remote) || peers.values()
                .stream()
                .filter(Entry::isStranger)
                .count() < settings.strangers());
    }

    private void tell(NodeId peer, PeerActor.Command command) {
        if (peer.equals(settings.nodeId()) && command instanceof PeerActor.Connect connect) {
            connect.replyTo().tell(new PeerActor.ConnectResult.Failed(peer, "that is this node itself"));
            return;
        }
        Entry entry = peers.containsKey(peer) ? peers.get(peer) : start(peer);
        peers.put(peer, new Entry(entry.actor(), entry.status(), entry.sent() + 1));
        entry.actor().tell(command);
    }

    private Entry start(NodeId peer) {
        var setting = new PeerActor.Setting(peer, settings, transport, entropy, listener, context.getSelf());
        var status = new PeerStatus(peer, Optional.empty(), "", 0);
        Map<String, String> logged = Map.of("node", settings.nodeId().toHex().substring(0, 16), "peer", peer.toHex());
        return new Entry(
                context.spawnAnonymous(Behaviors.withMdc(PeerActor.Command.class, logged, PeerActor.create(setting))),
                status, 0);
    }

    private void broadcast(List<LightningMessage> messages, Optional<NodeId> except) {
        for (Entry entry : List.copyOf(peers.values())) {
            NodeId peer = entry.status().nodeId();
            if (!entry.status().isConnected() || except.filter(peer::equals).isPresent()) continue;
            messages.forEach(message -> tell(peer, new PeerActor.Send(message)));
        }
    }

    /** Only when the peer has handled all that it was told: else that would be lost. */
    private void retire(NodeId peer, long seen) {
        Entry entry = peers.get(peer);
        if (entry == null || entry.sent() != seen) return;
        peers.remove(peer);
        context.stop(entry.actor());
    }
}
