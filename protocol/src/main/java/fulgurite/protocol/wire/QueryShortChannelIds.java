package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;

/**
 * Asks for the announcements and updates of some channels.
 *
 * @bolt 7, Query Messages
 */
public record QueryShortChannelIds(Bytes32 chainHash, List<ShortChannelId> shortChannelIds,
        TlvStream<QueryShortChannelIdsTlv> tlvs) implements GossipQuery {
    public static final Codec<QueryShortChannelIds> CODEC = Codecs.record(QueryShortChannelIds.class, Codecs.CHAIN_HASH,
            GossipCodecs.SHORT_CHANNEL_IDS, QueryShortChannelIdsTlv.CODEC);

    /** Without any TLV record. */
    public QueryShortChannelIds(Bytes32 chainHash, List<ShortChannelId> shortChannelIds) {
        this(chainHash, shortChannelIds, TlvStream.empty());
    }
}
