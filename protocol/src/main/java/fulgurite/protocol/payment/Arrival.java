package fulgurite.protocol.payment;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.Peeling;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.onion.blinded.Blinding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Optional;

/**
 * An irrevocably committed HTLC with its onion opened: what is to become of it. Of an HTLC that came with a path key
 * every failure becomes the same at its channel, whatever the answer here says.
 */
public sealed interface Arrival {
    IncomingHtlc htlc();

    /** We are the payee: for {@code incoming}. @param secret encrypts our failure */
    record ForUs(IncomingHtlc htlc, Payload payload, SharedSecret secret) implements Arrival {
        /** As the payload says it to the payee. */
        public ForUs(IncomingHtlc htlc, HopPayload.Final payload, SharedSecret secret) {
            this(htlc, new Plain(payload), secret);
        }
    }

    /** What a payee is told. */
    sealed interface Payload {
        /** Of this part. */
        MilliSatoshi amount();

        CltvExpiry expiry();

        /** Of all parts. */
        MilliSatoshi total();
    }

    /** By the payer alone. */
    record Plain(HopPayload.Final payload) implements Payload {
        @Override
        public MilliSatoshi amount() {
            return payload.amount();
        }

        @Override
        public CltvExpiry expiry() {
            return payload.expiry();
        }

        @Override
        public MilliSatoshi total() {
            return payload.total();
        }
    }

    /** By the payer, and by the payee itself when it made the path. @param pathId absent where the path's maker gave none */
    record OverBlindedPath(MilliSatoshi amount, CltvExpiry expiry, MilliSatoshi total, Optional<Bytes> pathId)
            implements
            Payload {}

    /**
     * To be passed on: for {@code forwarded}.
     *
     * @param secret encrypts our failure, and wraps one from downstream
     * @param blinded when we are inside a blinded path
     */
    record ToForward(IncomingHtlc htlc, Onward onward, OnionPacket next, SharedSecret secret, Optional<Blinded> blinded)
            implements Arrival {
        /** Outside blinded paths, as the payload says it. */
        public ToForward(IncomingHtlc htlc, HopPayload.Relay payload, OnionPacket next, SharedSecret secret) {
            this(htlc, new Onward(payload.amount(), payload.expiry(), new ByChannel(payload.channel())), next, secret,
                    Optional.empty());
        }
    }

    /** The HTLC to offer. */
    record Onward(MilliSatoshi amount, CltvExpiry expiry, Next next) {}

    /** To whom. */
    sealed interface Next {}

    record ByChannel(ShortChannelId channel) implements Next {}

    record ByNode(NodeId node) implements Next {}

    /** @param nextPathKey to send along; @param introduction whether the path begins with us, and failures go back plainly */
    record Blinded(PublicKey nextPathKey, boolean introduction) {}

    /** Nothing to think about: the answer is a failure. @param atIntroduction of a blinded path, which is answered after a delay */
    record Unreadable(IncomingHtlc htlc, HtlcAnswer answer, boolean atIntroduction) implements Arrival {}

    /**
     * Peels the HTLC's onion, under its payment hash.
     *
     * @param nodeKey the secret behind our node id
     * @bolt 4, Onion Decryption
     */
    static Arrival open(PrivateKey nodeKey, IncomingHtlc htlc) {
        OnionPacket packet = OnionPacket.fromBytes(htlc.onion());
        if (htlc.pathKey().isPresent() && !Curve.isOnCurve(htlc.pathKey().get()))
            return new Unreadable(htlc, new HtlcAnswer.FailMalformed(htlc.key(),
                    new FailureMessage.InvalidOnionBlinding(packet.sha256())), false);
        PrivateKey key = htlc.pathKey().map(pathKey -> Blinding.tweaked(nodeKey, pathKey)).orElse(nodeKey);
        return switch (Sphinx.peel(key, htlc.paymentHash().bytes(), packet)) {
            case Peeling.Rejected rejected ->
                new Unreadable(htlc, new HtlcAnswer.FailMalformed(htlc.key(), rejected.failure()), false);
            case Peeling.Unreadable unreadable -> unreadable(htlc, unreadable.sharedSecret(), unreadable.failure());
            case Peeling.Peeled peeled -> read(nodeKey, htlc, packet, peeled);
        };
    }

    private static Arrival read(PrivateKey nodeKey, IncomingHtlc htlc, OnionPacket packet, Peeling.Peeled peeled) {
        return switch (HopPayloadCodec.decode(peeled.payload(), peeled.isFinal())) {
            case HopPayloadCodec.Invalid invalid when invalid.withPathKey() && !peeled.isFinal() ->
                new Unreadable(htlc, HtlcAnswer.fail(htlc.key(), peeled.sharedSecret(),
                        new FailureMessage.InvalidOnionBlinding(packet.sha256())), true);
            case HopPayloadCodec.Invalid invalid -> new Unreadable(htlc,
                    HtlcAnswer.fail(htlc.key(), peeled.sharedSecret(), invalid.failure()), invalid.withPathKey());
            case HopPayloadCodec.Read read -> switch (read.payload()) {
                case HopPayload.Blinded blinded -> BlindedArrival.of(nodeKey, htlc, packet, peeled, blinded);
                case HopPayload.Plain plain when htlc.pathKey().isPresent() -> unreadable(htlc, peeled.sharedSecret(),
                        new FailureMessage.InvalidOnionPayload(HopPayloadCodec.ENCRYPTED_DATA, 0));
                case HopPayload.Final last -> new ForUs(htlc, last, peeled.sharedSecret());
                case HopPayload.Relay relay ->
                    new ToForward(htlc, relay, peeled.next().orElseThrow(), peeled.sharedSecret());
            };
        };
    }

    private static Unreadable unreadable(IncomingHtlc htlc, SharedSecret secret, FailureMessage failure) {
        return new Unreadable(htlc, HtlcAnswer.fail(htlc.key(), secret, failure), false);
    }
}
