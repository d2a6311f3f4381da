package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.onion.blinded.BlindedPath;
import fulgurite.protocol.onion.blinded.Introduction;
import fulgurite.protocol.onion.blinded.PayInfo;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A payee behind blinded paths, as a route leads to it: each path is one edge from its introduction node to an id that
 * stands for the payee. The edges' names are of block 0, where no channel can be: they name nothing on the network, and
 * nothing is learned of them for it.
 */
final class BlindedPayee {
    private BlindedPayee() {}

    /** No node's: it follows from the paths, so that nobody can choose it. */
    static NodeId id(Bytes paths) {
        return new NodeId(new PublicKey(Bytes.fromHex("02").concat(Hashes.sha256(paths).bytes())));
    }

    /** The edges, one a path, in their order. */
    static List<RouteRequest.ExtraEdge> edges(NodeId payee, List<PaymentPath> paths) {
        var edges = new ArrayList<RouteRequest.ExtraEdge>();
        for (int i = 0; i < paths.size(); i++) {
            PayInfo info = paths.get(i).info();
            var policy = new RoutingPolicy(info.feeBase(), info.feeProportionalMillionths(), info.cltvDelta(),
                    info.htlcMinimum(), info.htlcMaximum());
            if (paths.get(i).path().introduction() instanceof Introduction.Node(NodeId first))
                edges.add(new RouteRequest.ExtraEdge(new ShortChannelId(i), first, payee, policy));
        }
        return List.copyOf(edges);
    }

    /** The path at the end of a route; empty when it ends otherwise. */
    static Optional<BlindedPath> pathOf(List<PaymentPath> paths, PaymentRoute route) {
        PaymentRoute.Hop last = route.last();
        long index = last.channel().value();
        if (route.hops().size() < 2 || index < 0 || index >= paths.size()) return Optional.empty();
        return Optional.of(paths.get((int) index).path())
                .filter(path -> path.introduction().equals(new Introduction.Node(last.from())));
    }

    /** For how many hops of an onion the longest path takes the room. */
    static int hops(List<PaymentPath> paths) {
        return 2 * paths.stream().mapToInt(path -> path.path().hops().size()).max().orElse(0);
    }
}
