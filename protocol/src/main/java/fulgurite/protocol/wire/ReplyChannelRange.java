package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;

/**
 * Some of the channels that {@link QueryChannelRange} asked for.
 *
 * @bolt 7, Query Messages
 */
public record ReplyChannelRange(Bytes32 chainHash, long firstBlocknum, long numberOfBlocks, int syncComplete,
        List<ShortChannelId> shortChannelIds, TlvStream<ReplyChannelRangeTlv> tlvs) implements GossipQuery {
    public static final Codec<ReplyChannelRange> CODEC = Codecs.record(ReplyChannelRange.class, Codecs.CHAIN_HASH,
            Codecs.U32, Codecs.U32, Codecs.U8, GossipCodecs.SHORT_CHANNEL_IDS, ReplyChannelRangeTlv.CODEC);

    /** Without any TLV record. */
    public ReplyChannelRange(Bytes32 chainHash, long firstBlocknum, long numberOfBlocks, int syncComplete,
            List<ShortChannelId> shortChannelIds) {
        this(chainHash, firstBlocknum, numberOfBlocks, syncComplete, shortChannelIds, TlvStream.empty());
    }
}
