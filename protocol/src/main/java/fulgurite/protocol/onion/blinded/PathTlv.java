package fulgurite.protocol.onion.blinded;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Features;
import java.util.Optional;

/**
 * What the maker of a blinded path tells one of its hops, encrypted for that hop alone.
 *
 * @bolt 4, Inside encrypted_recipient_data: encrypted_data_tlv
 */
public sealed interface PathTlv {
    /** Of no meaning: it makes the data of all hops equally long. */
    record Padding(Bytes bytes) implements PathTlv {
        static final Codec<Padding> CODEC = Codecs.map(Codecs.REST, Padding.class, Padding::new, Padding::bytes);
    }

    /** The channel that leads on. */
    record Channel(ShortChannelId channel) implements PathTlv {
        static final Codec<Channel> CODEC = Codecs.record(Channel.class, Codecs.SHORT_CHANNEL_ID);
    }

    /** The node that leads on, over whatever channel. */
    record NextNode(NodeId node) implements PathTlv {
        static final Codec<NextNode> CODEC = Codecs.record(NextNode.class, Codecs.NODE_ID);
    }

    /** By which the maker knows at the path's end that it made the path, and what for. */
    record PathId(Bytes data) implements PathTlv {
        static final Codec<PathId> CODEC = Codecs.map(Codecs.REST, PathId.class, PathId::new, PathId::data);
    }

    /** The path key for the next hop, instead of the one that follows from this hop's. */
    record NextPathKeyOverride(PublicKey pathKey) implements PathTlv {
        static final Codec<NextPathKeyOverride> CODEC = Codecs.record(NextPathKeyOverride.class, Codecs.PUBLIC_KEY);
    }

    /** What the hop keeps of an HTLC that it forwards: money and blocks. @param feeProportionalMillionths of the outgoing amount */
    record PaymentRelay(CltvDelta cltvDelta, long feeProportionalMillionths, MilliSatoshi feeBase) implements PathTlv {
        static final Codec<PaymentRelay> CODEC = Codecs.record(PaymentRelay.class, Codecs.CLTV_DELTA_U16, Codecs.U32,
                Codecs.map(Codecs.TU32, MilliSatoshi.class, MilliSatoshi::new, MilliSatoshi::msat));
        private static final long MILLION = 1_000_000;

        /** {@code amt_to_forward}: what is left when the fee is kept, rounded up; empty when the fee is more than there is. */
        public Optional<MilliSatoshi> forwarded(MilliSatoshi received) {
            long left = received.msat() - feeBase.msat();
            if (left <= 0) return Optional.empty();
            // Divided in two steps: the product would not fit.
            long whole = MILLION + feeProportionalMillionths;
            long rest = left % whole * MILLION;
            return Optional.of(new MilliSatoshi(left / whole * MILLION + (rest + whole - 1) / whole));
        }
    }

    /** Which HTLCs the hop takes. @param maxExpiry of the incoming HTLC; @param htlcMinimum of its amount */
    record PaymentConstraints(CltvExpiry maxExpiry, MilliSatoshi htlcMinimum) implements PathTlv {
        static final Codec<PaymentConstraints> CODEC = Codecs.record(PaymentConstraints.class, Codecs.CLTV_EXPIRY_U32,
                Codecs.MSAT_TU64);
    }

    /** What payments over the path may use: none is defined. */
    record AllowedFeatures(Features features) implements PathTlv {
        static final Codec<AllowedFeatures> CODEC = Codecs.record(AllowedFeatures.class, Features.CODEC_REST);
    }

    /** The namespace {@code encrypted_data_tlv}; strict as every TLV stream is. */
    Codec<TlvStream<PathTlv>> CODEC = TlvCodec.<PathTlv>of("encrypted_data_tlv", TlvCodec.tlv(1, Padding.CODEC),
            TlvCodec.tlv(2, Channel.CODEC), TlvCodec.tlv(4, NextNode.CODEC), TlvCodec.tlv(6, PathId.CODEC),
            TlvCodec.tlv(8, NextPathKeyOverride.CODEC), TlvCodec.tlv(10, PaymentRelay.CODEC),
            TlvCodec.tlv(12, PaymentConstraints.CODEC), TlvCodec.tlv(14, AllowedFeatures.CODEC));
}
