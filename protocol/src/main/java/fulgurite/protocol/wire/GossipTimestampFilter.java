package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;

/**
 * Asks for gossip from now on, with timestamps in a range.
 *
 * @bolt 7, The gossip_timestamp_filter Message
 */
public record GossipTimestampFilter(Bytes32 chainHash, long firstTimestamp, long timestampRange, TlvStream<NoTlv> tlvs)
        implements GossipQuery {
    public static final Codec<GossipTimestampFilter> CODEC = Codecs.record(GossipTimestampFilter.class,
            Codecs.CHAIN_HASH, Codecs.U32, Codecs.U32, NoTlv.CODEC);

    /** Without any TLV record. */
    public GossipTimestampFilter(Bytes32 chainHash, long firstTimestamp, long timestampRange) {
        this(chainHash, firstTimestamp, timestampRange, TlvStream.empty());
    }
}
