package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;

/** When each side of a channel was last updated, in seconds; 0 when never. @bolt 7, Query Messages */
public record UpdateTimestamps(long timestampNodeId1, long timestampNodeId2) {
    static final Codec<UpdateTimestamps> CODEC = Codecs.record(UpdateTimestamps.class, Codecs.U32, Codecs.U32);
}
