package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import java.util.List;

/** What may follow {@link ReplyChannelRange}. @bolt 7, Query Messages */
public sealed interface ReplyChannelRangeTlv {
    /** When each channel was updated last, in the order of the channels. */
    record Timestamps(List<UpdateTimestamps> timestamps) implements ReplyChannelRangeTlv {
        static final Codec<Timestamps> CODEC = Codecs.record(Timestamps.class, GossipCodecs.TIMESTAMPS);
    }

    /** What each channel's updates say, as checksums, in the order of the channels. */
    record Checksums(List<UpdateChecksums> checksums) implements ReplyChannelRangeTlv {
        static final Codec<Checksums> CODEC = Codecs.record(Checksums.class, Codecs.listToEnd(UpdateChecksums.CODEC));
    }

    /** The namespace {@code reply_channel_range_tlvs}. */
    TlvCodec<ReplyChannelRangeTlv> CODEC = TlvCodec.of("reply_channel_range_tlvs", TlvCodec.tlv(1, Timestamps.CODEC),
            TlvCodec.tlv(3, Checksums.CODEC));
}
