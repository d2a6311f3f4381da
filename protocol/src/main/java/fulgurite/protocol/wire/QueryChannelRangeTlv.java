package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;

/** What may follow {@link QueryChannelRange}. @bolt 7, Query Messages */
public sealed interface QueryChannelRangeTlv {
    /** Bit 0 asks for timestamps, bit 1 for checksums. */
    record QueryOption(long flags) implements QueryChannelRangeTlv {
        static final Codec<QueryOption> CODEC = Codecs.record(QueryOption.class, Codecs.BIGSIZE);
    }

    /** The namespace {@code query_channel_range_tlvs}. */
    TlvCodec<QueryChannelRangeTlv> CODEC = TlvCodec.of("query_channel_range_tlvs", TlvCodec.tlv(1, QueryOption.CODEC));
}
