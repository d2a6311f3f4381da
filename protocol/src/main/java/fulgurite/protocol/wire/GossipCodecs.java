package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;

/** The arrays of the gossip queries: a byte that says how they are encoded, then the items. @bolt 7, Query Messages */
final class GossipCodecs {
    /** The one encoding that is left: items in a row. The other one (1, zlib) must not be used any more. */
    private static final int UNCOMPRESSED = 0;

    static final Codec<List<ShortChannelId>> SHORT_CHANNEL_IDS = Codecs
            .withLengthU16(uncompressed(Codecs.SHORT_CHANNEL_ID));
    static final Codec<List<Long>> QUERY_FLAGS = uncompressed(Codecs.BIGSIZE);
    static final Codec<List<UpdateTimestamps>> TIMESTAMPS = uncompressed(UpdateTimestamps.CODEC);

    private GossipCodecs() {}

    private static <T> Codec<List<T>> uncompressed(Codec<T> item) {
        Codec<List<T>> items = Codecs.listToEnd(item);
        return Codecs.map(Codecs.REST, items.type(), raw -> decode(raw, items),
                list -> Bytes.concat(Bytes.zeros(1), items.toBytes(list)));
    }

    private static <T> List<T> decode(Bytes raw, Codec<List<T>> items) {
        if (raw.isEmpty()) throw new MalformedException("an array without its encoding type");
        if (raw.get(0) != UNCOMPRESSED)
            throw new MalformedException("encoding type " + raw.unsigned(0) + " is not supported");
        return items.fromBytes(raw.slice(1, raw.size()));
    }
}
