package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.TxId;

/** What may follow {@link CommitmentSigned}. @bolt 2, Committing Updates So Far: commitment_signed */
public sealed interface CommitmentSignedTlv {
    /** The funding that the signed commitment spends. */
    record FundingTxid(TxId fundingTxid) implements CommitmentSignedTlv {
        static final Codec<FundingTxid> CODEC = Codecs.record(FundingTxid.class, Codecs.TXID);
    }

    /** The namespace {@code commitment_signed_tlvs}. */
    TlvCodec<CommitmentSignedTlv> CODEC = TlvCodec.of("commitment_signed_tlvs", TlvCodec.tlv(1, FundingTxid.CODEC));
}
