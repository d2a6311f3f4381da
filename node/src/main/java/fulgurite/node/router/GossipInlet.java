package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Stands before the router and gives it gossip by the portion: the next one when the last is checked and journaled. A
 * persistent actor holds back what comes while it writes, and holds only so much; what peers say of a whole network is
 * more. The end of an answer waits for the gossip before it, so that the next thing is asked for when there is room.
 * Everything else passes at once. Here peers are held to their {@link GossipPace} too.
 */
final class GossipInlet {
    private static final int PORTION = 500;
    /** Of all peers; beyond it the newest is dropped, and asked for again. */
    private static final int MOST = 100_000;
    /** Of one peer, so that the others are heard beside it. */
    private static final int MOST_OF_ONE = 25_000;

    private final ActorContext<RouterActor.Command> context;
    private final ActorRef<RouterActor.Command> table;
    private final ActorRef<PeersActor.Command> peers;
    private final GossipPace pace;
    private final InstantSource clock;
    private final Deque<RouterActor.OfPeers> waiting = new ArrayDeque<>();
    private final SortedMap<NodeId, Integer> waitingOf = new TreeMap<>();
    private final SortedMap<NodeId, Allowance> allowances = new TreeMap<>();
    private boolean busy;

    private GossipInlet(ActorContext<RouterActor.Command> context, ActorRef<RouterActor.Command> table,
            ActorRef<PeersActor.Command> peers, GossipPace pace, InstantSource clock) {
        this.context = context;
        this.table = table;
        this.peers = peers;
        this.pace = pace;
        this.clock = clock;
    }

    /**
     * @param peers told whom to hang up on
     * @param table the persistent actor, which is given this one: when it fails for good, so does all
     */
    static Behavior<RouterActor.Command> before(ActorRef<PeersActor.Command> peers, GossipPace pace,
            InstantSource clock, Function<ActorRef<RouterActor.Command>, Behavior<RouterActor.Command>> table) {
        return Behaviors.setup(context -> {
            ActorRef<RouterActor.Command> child = context.spawn(table.apply(context.getSelf()), "table");
            context.watch(child);
            var inlet = new GossipInlet(context, child, peers, pace, clock);
            return Behaviors.receiveMessage(command -> {
                if (command instanceof RouterActor.OfPeers gossip) inlet.heard(gossip);
                else child.tell(command);
                inlet.pass();
                return Behaviors.same();
            });
        });
    }

    private void heard(RouterActor.OfPeers command) {
        switch (command) {
            case RouterActor.Received gossip -> received(gossip);
            case RouterActor.ReceivedInRow(NodeId peer, List<GossipMessage> messages) ->
                messages.forEach(message -> received(new RouterActor.Received(peer, message)));
            case RouterActor.ReceivedQuery(NodeId peer, GossipQuery query) when query instanceof ReplyShortChannelIdsEnd ->
                // As much as any gossip: nothing else bounds how many of them a peer sends.
                inTurn(peer, command);
            case RouterActor.ReceivedQuery(NodeId peer, GossipQuery query) -> {
                if (mayAsk(peer)) table.tell(command);
            }
            case RouterActor.PeerUp up -> {
                allowances.put(up.peer(), Allowance.full(pace, now()));
                table.tell(up);
            }
            case RouterActor.PeerDown down -> {
                allowances.remove(down.peer());
                table.tell(down);
            }
            case RouterActor.Expected(NodeId peer, int messages) ->
                allowances.computeIfPresent(peer, (id, left) -> left.expecting(messages));
            case RouterActor.Forged(NodeId peer) -> {
                allowances.computeIfPresent(peer, (id, left) -> left.afterForgery());
                hangUpOnceSpent(peer);
            }
            case RouterActor.Done done -> busy = false;
        }
    }

    private void received(RouterActor.Received gossip) {
        inTurn(gossip.peer(), gossip);
    }

    private void inTurn(NodeId peer, RouterActor.OfPeers command) {
        // What is still on its way from a peer that has gone is not worth the trouble.
        if (!allowances.containsKey(peer)) return;
        Allowance left = allowances.get(peer).gossip(pace, now());
        allowances.put(peer, left);
        hangUpOnceSpent(peer);
        int others = waitingOf.getOrDefault(peer, 0);
        if (!left.isHeard() || waiting.size() >= MOST || others >= MOST_OF_ONE) return;
        waiting.add(command);
        waitingOf.put(peer, others + 1);
    }

    private void passed(NodeId peer) {
        waitingOf.computeIfPresent(peer, (id, number) -> number > 1 ? number - 1 : null);
    }

    private boolean mayAsk(NodeId peer) {
        if (!allowances.containsKey(peer)) return false;
        Allowance left = allowances.get(peer).question(pace, now());
        allowances.put(peer, left);
        hangUpOnceSpent(peer);
        return left.isHeard();
    }

    private void hangUpOnceSpent(NodeId peer) {
        Allowance left = allowances.get(peer);
        if (left == null || !left.isSpent(pace)) return;
        context.getLog().info("{} sends too much gossip, or forges it: disconnected", peer);
        allowances.remove(peer);
        peers.tell(new PeersActor.ToPeer(peer, new PeerActor.Disconnect("too much gossip, or bad")));
    }

    private void pass() {
        while (!busy && !waiting.isEmpty()) {
            if (waiting.peek() instanceof RouterActor.ReceivedQuery end) {
                waiting.remove();
                passed(end.peer());
                table.tell(end);
                continue;
            }
            List<RouterActor.Received> portion = new ArrayList<>();
            while (portion.size() < PORTION && waiting.peek() instanceof RouterActor.Received next) {
                portion.add(next);
                waiting.remove();
                passed(next.peer());
            }
            busy = true;
            table.tell(new RouterActor.Portion(portion));
        }
    }

    private Timestamp now() {
        return new Timestamp(clock.millis());
    }
}
