package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.Satoshi;

/**
 * The closer's closing transaction, at its own expense, in up to three forms.
 *
 * @bolt 2, Closing Negotiation: closing_complete and closing_sig
 */
public record ClosingComplete(ChannelId channelId, Bytes closerScriptpubkey, Bytes closeeScriptpubkey, Satoshi fee,
        long locktime, TlvStream<ClosingTlv> tlvs) implements ChannelMessage {
    public static final Codec<ClosingComplete> CODEC = Codecs.record(ClosingComplete.class, Codecs.CHANNEL_ID,
            Codecs.BYTES_U16, Codecs.BYTES_U16, Codecs.SATOSHI_U64, Codecs.U32, ClosingTlv.CODEC);

    /** Without any TLV record. */
    public ClosingComplete(ChannelId channelId, Bytes closerScriptpubkey, Bytes closeeScriptpubkey, Satoshi fee,
            long locktime) {
        this(channelId, closerScriptpubkey, closeeScriptpubkey, fee, locktime, TlvStream.empty());
    }
}
