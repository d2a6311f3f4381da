package fulgurite.node;

import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.transport.Announced;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.graph.KnownNode;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Where nodes say that they listen, told to those that look for them, now or once it is known. */
final class Whereabouts {
    static final String UNKNOWN = "nothing is known of where it listens: give NODEID@HOST:PORT";

    private final Consumer<PeersActor.ToPeer> peers;
    private final SortedSet<NodeId> sought = new TreeSet<>();
    private RoutingTable table = RoutingTable.EMPTY;

    /** @param peers to whom it is told */
    Whereabouts(Consumer<PeersActor.ToPeer> peers) {
        this.peers = peers;
    }

    /** The addresses of its last node_announcement; none when it has announced none. */
    List<PeerAddress> of(NodeId node) {
        return table.node(node)
                .flatMap(KnownNode::announcement)
                .map(NodeAnnouncement::addresses)
                .map(Announced::addresses)
                .orElse(List.of());
    }

    void seek(NodeId node) {
        List<PeerAddress> known = of(node);
        if (known.isEmpty()) sought.add(node);
        else peers.accept(new PeersActor.ToPeer(node, new PeerActor.LearnAnnounced(known)));
    }

    void learn(RoutingTable news) {
        table = news;
        if (sought.isEmpty()) return;
        List<NodeId> missing = List.copyOf(sought);
        sought.clear();
        missing.forEach(this::seek);
    }
}
