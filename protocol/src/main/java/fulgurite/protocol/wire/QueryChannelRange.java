package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;

/**
 * Asks which channels were funded in a range of blocks.
 *
 * @bolt 7, Query Messages
 */
public record QueryChannelRange(Bytes32 chainHash, long firstBlocknum, long numberOfBlocks,
        TlvStream<QueryChannelRangeTlv> tlvs) implements GossipQuery {
    public static final Codec<QueryChannelRange> CODEC = Codecs.record(QueryChannelRange.class, Codecs.CHAIN_HASH,
            Codecs.U32, Codecs.U32, QueryChannelRangeTlv.CODEC);

    /** Without any TLV record. */
    public QueryChannelRange(Bytes32 chainHash, long firstBlocknum, long numberOfBlocks) {
        this(chainHash, firstBlocknum, numberOfBlocks, TlvStream.empty());
    }
}
