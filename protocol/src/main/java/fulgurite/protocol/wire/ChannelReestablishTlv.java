package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.TxId;

/** What may follow {@link ChannelReestablish}. @bolt 2, Message Retransmission */
public sealed interface ChannelReestablishTlv {
    /** A funding whose signatures are still to be exchanged. Flag bit 0 asks for commitment_signed again. */
    record NextFunding(TxId nextFundingTxid, int retransmitFlags) implements ChannelReestablishTlv {
        static final Codec<NextFunding> CODEC = Codecs.record(NextFunding.class, Codecs.TXID, Codecs.U8);
    }

    /** The last funding that the sender has locked. Flag bit 0 asks for announcement_signatures again. */
    record MyCurrentFundingLocked(TxId fundingTxid, int retransmitFlags) implements ChannelReestablishTlv {
        static final Codec<MyCurrentFundingLocked> CODEC = Codecs.record(MyCurrentFundingLocked.class, Codecs.TXID,
                Codecs.U8);
    }

    /** The namespace {@code channel_reestablish_tlvs}. */
    TlvCodec<ChannelReestablishTlv> CODEC = TlvCodec.of("channel_reestablish_tlvs", TlvCodec.tlv(1, NextFunding.CODEC),
            TlvCodec.tlv(5, MyCurrentFundingLocked.CODEC));
}
