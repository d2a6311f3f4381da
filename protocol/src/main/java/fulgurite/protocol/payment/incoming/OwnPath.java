package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.onion.blinded.Blinding;
import fulgurite.protocol.onion.blinded.PathTlv;
import fulgurite.protocol.onion.blinded.PayInfo;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Feature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A blinded path to ourselves.
 *
 * <p>The last hop's data carry the invoice's secret, by which alone an HTLC over the path is taken: nobody else can have
 * put it there. Every hop refuses HTLCs that outlive the invoice, and those too small for one of the channels: so nobody
 * can learn from the path's nodes where it leads by asking them later, or for little.
 *
 * @bolt 4, Route Blinding; payload format, Requirements, "The creator of encrypted_recipient_data"
 */
public final class OwnPath {
    private OwnPath() {}

    /** A channel of the path. @param from who forwards into it, on those terms; @param room for one HTLC, at most */
    public record Leg(NodeId from, ShortChannelId channel, RoutingPolicy terms, MilliSatoshi room) {}

    /**
     * Encrypts the path over these channels, the introduction node's first.
     *
     * @param sessionKey fresh, 1..n-1
     * @param usableUntil no HTLC of the path may reach us that expires later
     * @return empty when it would cost more than can be said
     */
    public static Optional<PaymentPath> over(List<Leg> legs, NodeId us, Invoice invoice, CltvExpiry usableUntil,
            PrivateKey sessionKey) {
        var relaying = legs.stream()
                .map(leg -> new PayInfo.Relaying(relay(leg), leg.terms().htlcMinimum(),
                        leg.terms().htlcMaximum().min(leg.room())))
                .toList();
        return PayInfo.of(relaying, invoice.minFinalDelta())
                .map(info -> new PaymentPath(Blinding.path(sessionKey, steps(legs, us, invoice.secret(), usableUntil,
                        info.htlcMinimum())), info));
    }

    private static List<Blinding.Step> steps(List<Leg> legs, NodeId us, PaymentSecret secret, CltvExpiry usableUntil,
            MilliSatoshi minimum) {
        var steps = new ArrayList<Blinding.Step>();
        CltvExpiry latest = usableUntil;
        steps.add(new Blinding.Step(us, TlvStream.of(new PathTlv.PathId(secret.bytes()),
                new PathTlv.PaymentConstraints(latest, minimum))));
        for (Leg leg : legs.reversed()) {
            latest = latest.plus(leg.terms().cltvExpiryDelta());
            steps.addFirst(new Blinding.Step(leg.from(), TlvStream.of(new PathTlv.Channel(leg.channel()), relay(leg),
                    new PathTlv.PaymentConstraints(latest, minimum))));
        }
        return List.copyOf(steps);
    }

    private static PathTlv.PaymentRelay relay(Leg leg) {
        return new PathTlv.PaymentRelay(leg.terms().cltvExpiryDelta(), leg.terms().feeProportionalMillionths(),
                leg.terms().feeBase());
    }

    /** The widest public channel into a path's first node, from one that knows blinded paths and is not on it yet. */
    public static Optional<Leg> before(RoutingTable table, List<Leg> legs, NodeId us) {
        NodeId first = legs.getFirst().from();
        var legsInto = new ArrayList<Leg>();
        table.node(first).ifPresent(node -> {
            for (var entry : node.channels()) {
                NodeId from = entry.value();
                boolean isOnPath = from.equals(us) || legs.stream().anyMatch(leg -> leg.from().equals(from));
                if (!isOnPath && knowsBlindedPaths(table, from))
                    table.channel(entry.key())
                            .filter(KnownChannel::isPublic)
                            .flatMap(channel -> channel.policyOf(from))
                            .ifPresent(terms -> legsInto.add(new Leg(from, entry.key(), terms, terms.htlcMaximum())));
            }
        });
        return legsInto.stream()
                .max(Comparator.<Leg, MilliSatoshi>comparing(leg -> leg.terms().htlcMaximum())
                        .thenComparing(leg -> leg.terms().feeBase(), Comparator.reverseOrder())
                        .thenComparing(leg -> leg.channel().value()));
    }

    private static boolean knowsBlindedPaths(RoutingTable table, NodeId node) {
        return table.node(node)
                .flatMap(known -> known.announcement())
                .filter(said -> said.features().offers(Feature.ROUTE_BLINDING))
                .isPresent();
    }
}
