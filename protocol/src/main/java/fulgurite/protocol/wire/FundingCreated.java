package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;

/**
 * Names the funding output and signs the first commitment of the fundee.
 *
 * @bolt 2, The funding_created Message
 */
public record FundingCreated(ChannelId temporaryChannelId, TxId fundingTxid, int fundingOutputIndex,
        Signature signature, TlvStream<NoTlv> tlvs) implements OpeningMessage {
    public static final Codec<FundingCreated> CODEC = Codecs.record(FundingCreated.class, Codecs.CHANNEL_ID,
            Codecs.TXID, Codecs.U16, Codecs.SIGNATURE, NoTlv.CODEC);

    /** Without any TLV record. */
    public FundingCreated(ChannelId temporaryChannelId, TxId fundingTxid, int fundingOutputIndex, Signature signature) {
        this(temporaryChannelId, fundingTxid, fundingOutputIndex, signature, TlvStream.empty());
    }
}
