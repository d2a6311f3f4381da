package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.Satoshi;

/** What may follow {@link ClosingSigned}. @bolt 2, Legacy Closing Negotiation: closing_signed */
public sealed interface ClosingSignedTlv {
    /** The fees that the sender would accept, both ends included. */
    record FeeRange(Satoshi minFee, Satoshi maxFee) implements ClosingSignedTlv {
        static final Codec<FeeRange> CODEC = Codecs.record(FeeRange.class, Codecs.SATOSHI_U64, Codecs.SATOSHI_U64);
    }

    /** The namespace {@code closing_signed_tlvs}. */
    TlvCodec<ClosingSignedTlv> CODEC = TlvCodec.of("closing_signed_tlvs", TlvCodec.tlv(1, FeeRange.CODEC));
}
