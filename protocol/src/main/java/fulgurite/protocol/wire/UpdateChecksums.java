package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;

/** CRC32C of what each side's update says, without signature and timestamp; 0 when there is none. @bolt 7, Query Messages */
public record UpdateChecksums(long checksumNodeId1, long checksumNodeId2) {
    static final Codec<UpdateChecksums> CODEC = Codecs.record(UpdateChecksums.class, Codecs.U32, Codecs.U32);
}
