package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import java.util.List;

/** What may follow {@link QueryShortChannelIds}. @bolt 7, Query Messages */
public sealed interface QueryShortChannelIdsTlv {
    /** What the sender wants of each channel, one bit field a channel, in their order. */
    record QueryFlags(List<Long> flags) implements QueryShortChannelIdsTlv {
        static final Codec<QueryFlags> CODEC = Codecs.record(QueryFlags.class, GossipCodecs.QUERY_FLAGS);
    }

    /** The namespace {@code query_short_channel_ids_tlvs}. */
    TlvCodec<QueryShortChannelIdsTlv> CODEC = TlvCodec.of("query_short_channel_ids_tlvs",
            TlvCodec.tlv(1, QueryFlags.CODEC));
}
