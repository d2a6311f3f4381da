package fulgurite.protocol.payment;

import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.Peeling;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.units.PrivateKey;

/** An irrevocably committed HTLC with its onion opened: what is to become of it. */
public sealed interface Arrival {
    IncomingHtlc htlc();

    /** We are the payee: for {@code incoming}. @param secret encrypts our failure */
    record ForUs(IncomingHtlc htlc, HopPayload.Final payload, SharedSecret secret) implements Arrival {}

    /** To be passed on: for {@code forwarded}. @param secret encrypts our failure, and wraps one from downstream */
    record ToForward(IncomingHtlc htlc, HopPayload.Relay payload, OnionPacket next, SharedSecret secret)
            implements Arrival {}

    /** Nothing to think about: the answer is a failure. */
    record Unreadable(IncomingHtlc htlc, HtlcAnswer answer) implements Arrival {}

    /**
     * Peels the HTLC's onion, under its payment hash.
     *
     * @param nodeKey the secret behind our node id
     * @bolt 4, Onion Decryption
     */
    static Arrival open(PrivateKey nodeKey, IncomingHtlc htlc) {
        OnionPacket packet = OnionPacket.fromBytes(htlc.onion());
        return switch (Sphinx.peel(nodeKey, htlc.paymentHash().bytes(), packet)) {
            case Peeling.Rejected rejected ->
                new Unreadable(htlc, new HtlcAnswer.FailMalformed(htlc.key(), rejected.failure()));
            case Peeling.Unreadable unreadable ->
                new Unreadable(htlc, HtlcAnswer.fail(htlc.key(), unreadable.sharedSecret(), unreadable.failure()));
            case Peeling.Peeled peeled -> read(htlc, peeled);
        };
    }

    private static Arrival read(IncomingHtlc htlc, Peeling.Peeled peeled) {
        return switch (HopPayloadCodec.decode(peeled.payload(), peeled.isFinal())) {
            case HopPayloadCodec.Invalid invalid ->
                new Unreadable(htlc, HtlcAnswer.fail(htlc.key(), peeled.sharedSecret(), invalid.failure()));
            case HopPayloadCodec.Read read -> switch (read.payload()) {
                case HopPayload.Final last -> new ForUs(htlc, last, peeled.sharedSecret());
                case HopPayload.Relay relay ->
                    new ToForward(htlc, relay, peeled.next().orElseThrow(), peeled.sharedSecret());
            };
        };
    }
}
