package fulgurite.protocol.onion.blinded;

import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A blinded path that a payment may take, and what that costs. */
public record PaymentPath(BlindedPath path, PayInfo info) {
    /** The two records of a BOLT 12 invoice that tell its blinded paths. */
    private sealed interface InvoiceTlv {}

    private record Paths(List<BlindedPath> paths) implements InvoiceTlv {}

    private record PayInfos(List<PayInfo> infos) implements InvoiceTlv {}

    private static final TlvCodec<InvoiceTlv> INVOICE = TlvCodec.of("invoice",
            TlvCodec.tlv(160, Codecs.map(Codecs.listToEnd(BlindedPath.CODEC), Paths.class, Paths::new, Paths::paths)),
            TlvCodec.tlv(162,
                    Codecs.map(Codecs.listToEnd(PayInfo.CODEC), PayInfos.class, PayInfos::new, PayInfos::infos)));

    /** {@code invoice_paths} and {@code invoice_blindedpay}, as a BOLT 12 invoice has them. @bolt 12, Invoices */
    public static Bytes encode(List<PaymentPath> paths) {
        return INVOICE.toBytes(TlvStream.of(new Paths(paths.stream().map(PaymentPath::path).toList()),
                new PayInfos(paths.stream().map(PaymentPath::info).toList())));
    }

    /** @throws MalformedException when there is no path, or not one pay info for each */
    public static List<PaymentPath> decode(Bytes bytes) {
        TlvStream<InvoiceTlv> stream = INVOICE.fromBytes(bytes);
        List<BlindedPath> paths = stream.get(Paths.class).map(Paths::paths).orElse(List.of());
        List<PayInfo> infos = stream.get(PayInfos.class).map(PayInfos::infos).orElse(List.of());
        if (paths.isEmpty()) throw new MalformedException("no blinded path");
        if (paths.size() != infos.size())
            throw new MalformedException(infos.size() + " pay infos for " + paths.size() + " blinded paths");
        var both = new ArrayList<PaymentPath>();
        for (int i = 0; i < paths.size(); i++) both.add(new PaymentPath(paths.get(i), infos.get(i)));
        return List.copyOf(both);
    }

    /** Whether its features demand nothing: none is defined. @bolt 12, Invoices */
    public boolean isUsable() {
        return info.features().bits().stream().allMatch(bit -> bit % 2 == 1);
    }

    /**
     * The path from the second node on, when the first one's key is ours: so the payer who is its own introduction node
     * pays to the next one instead.
     *
     * @param other the other end of a channel of ours
     * @return empty when the path ends with us, or is not one that we could forward along
     */
    public Optional<PaymentPath> withoutFirst(PrivateKey nodeKey, Function<ShortChannelId, Optional<NodeId>> other) {
        if (path.hops().size() < 2) return Optional.empty();
        return Blinding.open(nodeKey, path.firstPathKey(), path.hops().getFirst().encryptedData()).flatMap(opened -> {
            Optional<PathTlv.PaymentRelay> relay = opened.data().get(PathTlv.PaymentRelay.class);
            Optional<NodeId> next = opened.data()
                    .get(PathTlv.NextNode.class)
                    .map(PathTlv.NextNode::node)
                    .or(() -> opened.data().get(PathTlv.Channel.class).flatMap(to -> other.apply(to.channel())));
            if (relay.isEmpty() || next.isEmpty()) return Optional.empty();
            var rest = new BlindedPath(new Introduction.Node(next.get()), opened.nextPathKey(),
                    path.hops().subList(1, path.hops().size()));
            return Optional.of(new PaymentPath(rest, info.without(relay.get())));
        });
    }
}
