package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;

/**
 * Everything that was asked for by {@link QueryShortChannelIds} has been sent.
 *
 * @param fullInformation 0 when the sender does not keep the channels of that chain up to date, else 1
 * @bolt 7, Query Messages
 */
public record ReplyShortChannelIdsEnd(Bytes32 chainHash, int fullInformation, TlvStream<NoTlv> tlvs)
        implements GossipQuery {
    public static final Codec<ReplyShortChannelIdsEnd> CODEC = Codecs.record(ReplyShortChannelIdsEnd.class,
            Codecs.CHAIN_HASH, Codecs.U8, NoTlv.CODEC);

    /** Without any TLV record. */
    public ReplyShortChannelIdsEnd(Bytes32 chainHash, int fullInformation) {
        this(chainHash, fullInformation, TlvStream.empty());
    }
}
