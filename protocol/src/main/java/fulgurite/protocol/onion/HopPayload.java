package fulgurite.protocol.onion;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;
import java.util.Optional;

/**
 * What the origin tells one hop of a payment. {@link HopPayloadCodec} turns it into bytes.
 *
 * @bolt 4, payload format
 */
public sealed interface HopPayload {
    /** Outside blinded paths: all is said in the payload itself. */
    sealed interface Plain extends HopPayload {
        /** {@code amt_to_forward}: of the outgoing HTLC, or of this part at the final node. */
        MilliSatoshi amount();

        /** {@code outgoing_cltv_value}. */
        CltvExpiry expiry();

        /** Odd records that BOLT 4 does not define, in increasing order of their types. */
        List<TlvStream.Unknown> others();
    }

    /** Inside a blinded path: the payee has said what to do, and the payer passes it on unread. */
    sealed interface Blinded extends HopPayload {
        /** {@code encrypted_recipient_data}. */
        Bytes encryptedData();

        /** {@code current_path_key}: for the introduction node; the others are given theirs beside the onion. */
        Optional<PublicKey> pathKey();
    }

    /** For a hop of a blinded path that forwards. */
    record BlindedRelay(Bytes encryptedData, Optional<PublicKey> pathKey) implements Blinded {}

    /**
     * For the end of a blinded path.
     *
     * @param amount of this part, {@code amt_to_forward}
     * @param expiry {@code outgoing_cltv_value}
     * @param total of all parts, {@code total_amount_msat}
     */
    record BlindedFinal(MilliSatoshi amount, CltvExpiry expiry, MilliSatoshi total, Bytes encryptedData,
            Optional<PublicKey> pathKey) implements Blinded {}

    /** For a hop that forwards. @param channel the outgoing one */
    record Relay(MilliSatoshi amount, CltvExpiry expiry, ShortChannelId channel, List<TlvStream.Unknown> others)
            implements Plain {
        /** Without any unknown record. */
        public Relay(MilliSatoshi amount, CltvExpiry expiry, ShortChannelId channel) {
            this(amount, expiry, channel, List.of());
        }
    }

    /**
     * For the final node.
     *
     * @param paymentData absent in a payment without an invoice
     * @param metadata as the invoice gave it
     * @param spontaneousPreimage of a payment without an invoice (keysend, type 5482373484)
     */
    record Final(MilliSatoshi amount, CltvExpiry expiry, Optional<PaymentData> paymentData, Optional<Bytes> metadata,
            Optional<PaymentPreimage> spontaneousPreimage, List<TlvStream.Unknown> others) implements Plain {
        /** The payment of an invoice, or one part of it. */
        public static Final ofInvoice(MilliSatoshi amount, CltvExpiry expiry, PaymentData paymentData,
                Optional<Bytes> metadata) {
            return new Final(amount, expiry, Optional.of(paymentData), metadata, Optional.empty(), List.of());
        }

        /** A payment that brings its own preimage. */
        public static Final spontaneous(MilliSatoshi amount, CltvExpiry expiry, PaymentPreimage preimage) {
            return new Final(amount, expiry, Optional.empty(), Optional.empty(), Optional.of(preimage), List.of());
        }

        /** Of all parts: what the payment data say, or else this part's amount. */
        public MilliSatoshi total() {
            return paymentData.map(PaymentData::total).orElse(amount);
        }
    }
}
