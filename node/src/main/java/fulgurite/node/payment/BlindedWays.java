package fulgurite.node.payment;

import fulgurite.node.Entropy;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Link;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.onion.blinded.BlindedPath;
import fulgurite.protocol.onion.blinded.Introduction;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.payment.incoming.OwnPath;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Blinded paths in this node's world: those to itself, and those that it is given to pay along. */
final class BlindedWays {
    private static final int MOST_PATHS = 4;
    private static final long SECONDS_A_BLOCK = 600;
    /** Blocks come faster at times, and payers add a few to hide how far they are: half a day more. */
    private static final int SPARE_BLOCKS = 72;

    private BlindedWays() {}

    /**
     * Paths over this node's channels with the most room.
     *
     * @param before how many nodes each has before this one, 1.. at most: fewer where the network has no more
     */
    static List<PaymentPath> toUs(NodeId us, LocalChannels channels, RoutingTable table, BlockHeight height,
            Invoice invoice, int before, Entropy entropy) {
        long seconds = invoice.expiresAt().epochSeconds() - invoice.createdAt().epochSeconds();
        long blocks = seconds / SECONDS_A_BLOCK + SPARE_BLOCKS + invoice.minFinalDelta().blocks();
        CltvExpiry usableUntil = CltvExpiry.at(height).plus(new CltvDelta((int) Math.min(blocks, 0xffff)));
        var paths = new ArrayList<PaymentPath>();
        for (OwnPath.Leg last : legs(channels, table)) {
            if (paths.size() == MOST_PATHS) break;
            List<OwnPath.Leg> legs = List.of(last);
            for (Optional<OwnPath.Leg> more = Optional.of(last); legs.size() < before && more.isPresent();) {
                more = OwnPath.before(table, legs, us);
                if (more.isPresent()) legs = prepended(more.get(), legs);
            }
            OwnPath.over(legs, us, invoice, usableUntil, Keys.fresh(entropy)).ifPresent(paths::add);
        }
        return List.copyOf(paths);
    }

    private static List<OwnPath.Leg> prepended(OwnPath.Leg first, List<OwnPath.Leg> rest) {
        var all = new ArrayList<OwnPath.Leg>();
        all.add(first);
        all.addAll(rest);
        return List.copyOf(all);
    }

    /** The channels by which something can reach us, widest first, each on its peer's terms. */
    private static List<OwnPath.Leg> legs(LocalChannels channels, RoutingTable table) {
        var legs = new ArrayList<OwnPath.Leg>();
        for (LiveChannel channel : channels.all()) {
            if (!channel.isUsable()) continue;
            ActiveChannel active = channel.active().orElseThrow();
            boolean known = active.link() instanceof Link.Up(Features theirs) && theirs.offers(Feature.ROUTE_BLINDING);
            MilliSatoshi room = channels.receivable(active);
            if (!known || room.msat() <= 0) continue;
            table.channel(LocalChannels.nameOf(active))
                    .flatMap(gossiped -> gossiped.policyOf(channel.peer()))
                    .ifPresent(terms -> legs.add(
                            new OwnPath.Leg(channel.peer(), LocalChannels.nameOf(active), terms, room)));
        }
        legs.sort(Comparator.comparing(OwnPath.Leg::room).reversed().thenComparing(leg -> leg.channel().value()));
        return legs;
    }

    /**
     * What of these paths can be paid along: no feature unknown, every key a point, each beginning at a node that is named
     * by its id. A path that begins with us is taken up where our own channel leads.
     */
    static List<PaymentPath> usable(List<PaymentPath> paths, NodeId us, PrivateKey nodeKey, LocalChannels channels,
            RoutingTable table) {
        var usable = new ArrayList<PaymentPath>();
        for (PaymentPath path : paths) {
            Optional<PaymentPath> from = Optional.of(path)
                    .filter(PaymentPath::isUsable)
                    .flatMap(
                            one -> named(one, table));
            while (from.isPresent() && from.get().path().introduction().equals(new Introduction.Node(us)))
                from = from.filter(BlindedWays::hasPoints)
                        .flatMap(one -> one.withoutFirst(nodeKey,
                                name -> channels.find(name).map(LiveChannel::peer)));
            from.filter(BlindedWays::hasPoints).ifPresent(usable::add);
        }
        return List.copyOf(usable);
    }

    private static Optional<PaymentPath> named(PaymentPath path, RoutingTable table) {
        return switch (path.path().introduction()) {
            case Introduction.Node node -> Optional.of(path);
            case Introduction.ChannelEnd(var channel, boolean second) -> table.channel(channel)
                    .filter(KnownChannel::isPublic)
                    .map(known -> new PaymentPath(new BlindedPath(
                            new Introduction.Node(second ? known.node2() : known.node1()),
                            path.path().firstPathKey(), path.path().hops()), path.info()));
        };
    }

    private static boolean hasPoints(PaymentPath path) {
        return Curve.isOnCurve(path.path().firstPathKey())
                && path.path().introduction() instanceof Introduction.Node(NodeId first) && Curve.isOnCurve(first.key())
                && path.path().hops().stream().allMatch(hop -> Curve.isOnCurve(hop.blindedNodeId()));
    }
}
