package fulgurite.protocol.onion.blinded;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;

/** The node at which a blinded path begins. @bolt 1, Fundamental Types, sciddir_or_pubkey */
public sealed interface Introduction {
    /** By its id. */
    record Node(NodeId id) implements Introduction {}

    /** As one end of a public channel: shorter to write. @param second whether it is the channel's node 2 */
    record ChannelEnd(ShortChannelId channel, boolean second) implements Introduction {}

    Codec<Introduction> CODEC = new Codec<>() {
        @Override
        public Class<Introduction> type() {
            return Introduction.class;
        }

        @Override
        public void encode(Introduction value, ByteWriter out) {
            switch (value) {
                case Node node -> Codecs.NODE_ID.encode(node.id(), out);
                case ChannelEnd end ->
                    Codecs.SHORT_CHANNEL_ID.encode(end.channel(), out.writeU8(end.second() ? 1 : 0));
            }
        }

        @Override
        public Introduction decode(ByteReader in) {
            int first = in.readU8();
            return switch (first) {
                case 0, 1 -> new ChannelEnd(Codecs.SHORT_CHANNEL_ID.decode(in), first == 1);
                case 2, 3 -> new Node(Codecs.NODE_ID.fromBytes(
                        new ByteWriter().writeU8(first).writeBytes(in.readBytes(32)).toBytes()));
                default -> throw new MalformedException("neither a channel's end nor a node id: " + first);
            };
        }
    };
}
