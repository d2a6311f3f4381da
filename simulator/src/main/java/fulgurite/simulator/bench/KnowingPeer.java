package fulgurite.simulator.bench;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.NodeAnnouncement;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import fulgurite.simulator.routing.SignedGossip;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The other end of a router's line: a peer that knows a whole network, and tells what it is asked for. */
final class KnowingPeer {
    private static final int IDS = 5_000;
    private static final long END = 0xffffffffL;

    private final TreeMap<ShortChannelId, List<GossipMessage>> channels = new TreeMap<>();
    private final TreeMap<NodeId, NodeAnnouncement> nodes = new TreeMap<>();
    private final Bytes32 chain;
    private final Consumer<LightningMessage> answers;

    private KnowingPeer(SignedGossip gossip, Bytes32 chain, Consumer<LightningMessage> answers) {
        this.chain = chain;
        this.answers = answers;
        for (GossipMessage message : gossip.messages()) switch (message) {
            case ChannelAnnouncement said -> of(said.shortChannelId()).add(said);
            case ChannelUpdate said -> of(said.shortChannelId()).add(said);
            case NodeAnnouncement said -> nodes.put(said.nodeId(), said);
        }
    }

    static Behavior<PeerConnectionActor.Send> behavior(SignedGossip gossip, Bytes32 chain,
            Consumer<LightningMessage> answers) {
        return Behaviors.setup(context -> {
            var peer = new KnowingPeer(gossip, chain, answers);
            return Behaviors.receiveMessage(send -> {
                for (LightningMessage message : send.messages()) {
                    if (message instanceof QueryChannelRange) peer.range();
                    if (message instanceof QueryShortChannelIds asked) peer.tell(asked.shortChannelIds());
                }
                return Behaviors.same();
            });
        });
    }

    private List<GossipMessage> of(ShortChannelId channel) {
        return channels.computeIfAbsent(channel, id -> new ArrayList<>());
    }

    private void range() {
        var ids = List.copyOf(channels.keySet());
        for (int i = 0; i < ids.size(); i += IDS) {
            boolean last = i + IDS >= ids.size();
            List<ShortChannelId> some = ids.subList(i, last ? ids.size() : i + IDS);
            long first = i == 0 ? 0 : some.getFirst().blockHeight().height();
            long end = last ? END : some.getLast().blockHeight().height() + 1L;
            answers.accept(new ReplyChannelRange(chain, first, end - first, last ? 1 : 0, some));
        }
    }

    private void tell(List<ShortChannelId> asked) {
        var told = new TreeSet<NodeId>();
        for (ShortChannelId id : asked) {
            of(id).forEach(answers);
            for (GossipMessage message : of(id)) if (message instanceof ChannelAnnouncement said) {
                told.add(said.nodeId1());
                told.add(said.nodeId2());
            }
        }
        for (NodeId node : told) answers.accept(nodes.get(node));
        answers.accept(new ReplyShortChannelIdsEnd(chain, 1));
    }
}
