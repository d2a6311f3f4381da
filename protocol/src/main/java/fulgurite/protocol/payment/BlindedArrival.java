package fulgurite.protocol.payment;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.Peeling;
import fulgurite.protocol.onion.blinded.Blinding;
import fulgurite.protocol.onion.blinded.PathTlv;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/**
 * What a hop of a blinded path makes of an HTLC, by the data that the path's maker gave it. Whatever is wrong, the answer
 * is the same, so that nobody learns from it where on the path we are.
 *
 * @bolt 4, payload format, Requirements, "If encrypted_recipient_data is present"
 */
final class BlindedArrival {
    private BlindedArrival() {}

    static Arrival of(PrivateKey nodeKey, IncomingHtlc htlc, OnionPacket packet, Peeling.Peeled peeled,
            HopPayload.Blinded payload) {
        // One key, from one place: beside the onion, or in it.
        Optional<PublicKey> pathKey = htlc.pathKey().or(payload::pathKey);
        boolean twice = htlc.pathKey().isPresent() && payload.pathKey().isPresent();
        return pathKey.filter(key -> !twice)
                .flatMap(key -> Blinding.open(nodeKey, key, payload.encryptedData()))
                .filter(opened -> isAllowed(htlc, opened.data()))
                .flatMap(opened -> switch (payload) {
                    case HopPayload.BlindedFinal last -> Optional.<Arrival>of(new Arrival.ForUs(htlc,
                            new Arrival.OverBlindedPath(last.amount(), last.expiry(), last.total(),
                                    opened.data().get(PathTlv.PathId.class).map(PathTlv.PathId::data)),
                            peeled.sharedSecret()));
                    case HopPayload.BlindedRelay relay -> onward(htlc, opened.data())
                            .map(onward -> new Arrival.ToForward(htlc, onward, peeled.next().orElseThrow(),
                                    peeled.sharedSecret(), Optional.of(new Arrival.Blinded(opened.nextPathKey(),
                                            htlc.pathKey().isEmpty()))));
                })
                .orElseGet(() -> new Arrival.Unreadable(htlc,
                        HtlcAnswer.fail(htlc.key(), peeled.sharedSecret(),
                                new FailureMessage.InvalidOnionBlinding(packet.sha256())),
                        htlc.pathKey().isEmpty()));
    }

    /** No feature is defined that a payment over a blinded path could use: none may be allowed. */
    private static boolean isAllowed(IncomingHtlc htlc, TlvStream<PathTlv> data) {
        boolean constrained = data.get(PathTlv.PaymentConstraints.class)
                .map(limits -> htlc.expiry().compareTo(limits.maxExpiry()) <= 0
                        && htlc.amount().atLeast(limits.htlcMinimum()))
                .orElse(true);
        boolean plain = data.get(PathTlv.AllowedFeatures.class)
                .map(allowed -> allowed.features().bits().isEmpty())
                .orElse(true);
        boolean oneWay = data.get(PathTlv.Channel.class).isEmpty() || data.get(PathTlv.NextNode.class).isEmpty();
        return constrained && plain && oneWay;
    }

    /** Empty when the data do not say where to and for what, or ask for more than came. */
    private static Optional<Arrival.Onward> onward(IncomingHtlc htlc, TlvStream<PathTlv> data) {
        Optional<PathTlv.PaymentRelay> relay = data.get(PathTlv.PaymentRelay.class);
        Optional<Arrival.Next> next = data
                .get(PathTlv.Channel.class).<Arrival
                        .Next>map(to -> new Arrival.ByChannel(to.channel()))
                .or(() -> data.get(PathTlv.NextNode.class).map(to -> new Arrival.ByNode(to.node())));
        if (relay.isEmpty() || next.isEmpty()) return Optional.empty();
        Optional<MilliSatoshi> amount = relay.get().forwarded(htlc.amount());
        long expiry = htlc.expiry().height() - relay.get().cltvDelta().blocks();
        if (amount.isEmpty() || expiry < 0) return Optional.empty();
        return Optional.of(new Arrival.Onward(amount.get(), new CltvExpiry(expiry), next.get()));
    }
}
