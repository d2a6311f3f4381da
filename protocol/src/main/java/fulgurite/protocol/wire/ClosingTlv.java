package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.Signature;

/** What may follow {@link ClosingComplete} and {@link ClosingSig}: a signature for each form of the closing transaction. @bolt 2, Closing Negotiation: closing_complete and closing_sig */
public sealed interface ClosingTlv {
    /** Signs the transaction that pays the closer alone. */
    record CloserOutputOnly(Signature signature) implements ClosingTlv {
        static final Codec<CloserOutputOnly> CODEC = Codecs.record(CloserOutputOnly.class, Codecs.SIGNATURE);
    }

    /** Signs the transaction that pays the closee alone. */
    record CloseeOutputOnly(Signature signature) implements ClosingTlv {
        static final Codec<CloseeOutputOnly> CODEC = Codecs.record(CloseeOutputOnly.class, Codecs.SIGNATURE);
    }

    /** Signs the transaction that pays both. */
    record CloserAndCloseeOutputs(Signature signature) implements ClosingTlv {
        static final Codec<CloserAndCloseeOutputs> CODEC = Codecs.record(CloserAndCloseeOutputs.class,
                Codecs.SIGNATURE);
    }

    /** The namespace {@code closing_tlvs}. */
    TlvCodec<ClosingTlv> CODEC = TlvCodec.of("closing_tlvs", TlvCodec.tlv(1, CloserOutputOnly.CODEC),
            TlvCodec.tlv(2, CloseeOutputOnly.CODEC), TlvCodec.tlv(3, CloserAndCloseeOutputs.CODEC));
}
