package fulgurite.simulator.routing;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Core Lightning's {@code gossip_store}: a version, then gossip messages one after another, each with flags, length, checksum
 * and time in front. An announcement is followed by the channel's amount. Signatures are not checked: the node that wrote
 * the file has done so.
 */
final class GossipStore {
    private static final int LEAST_VERSION = 10;
    private static final int MOST_VERSION = 0x1f;
    private static final int DELETED = 0x8000;
    private static final int CHANNEL_ANNOUNCEMENT = 256;
    private static final int NODE_ANNOUNCEMENT = 257;
    private static final int CHANNEL_UPDATE = 258;
    private static final int CHANNEL_AMOUNT = 4101;
    private static final int DELETE_CHANNEL = 4103;
    private static final int ENDED = 4105;
    private static final int CHANNEL_DYING = 4106;
    private static final int[] CRC = crcTable();

    private record Ends(NodeId node1, NodeId node2, long capacitySat) {}

    private final GraphBuilder builder;
    private final TreeMap<ShortChannelId, Ends> channels = new TreeMap<>();
    /** Whose amount comes next. */
    private Optional<ChannelAnnouncement> announced = Optional.empty();

    private GossipStore(GraphBuilder builder) {
        this.builder = builder;
    }

    static boolean isVersion(byte first) {
        return first >= LEAST_VERSION && first <= MOST_VERSION;
    }

    static void read(InputStream in, GraphBuilder builder) throws IOException {
        new GossipStore(builder).read(new DataInputStream(in));
    }

    private void read(DataInputStream in) throws IOException {
        in.readByte();
        for (long number = 1;; number++) {
            int flags = in.read();
            if (flags < 0) return;
            flags = flags << 8 | in.readUnsignedByte();
            int length = in.readUnsignedShort();
            int crc = in.readInt();
            int timestamp = in.readInt();
            byte[] message = in.readNBytes(length);
            if (message.length < length) throw new EOFException("record " + number + " is not complete");
            builder.row();
            String where = "record " + number;
            if ((flags & DELETED) != 0) continue;
            if (crc(timestamp, message) != crc) builder.bad(where, "its checksum is wrong");
            else if (length < 2) builder.bad(where, "has no type");
            else record(where, message);
        }
    }

    private void record(String where, byte[] message) {
        int type = (message[0] & 0xff) << 8 | message[1] & 0xff;
        Bytes body = Bytes.copyOf(message).slice(2, message.length);
        try {
            switch (type) {
                case CHANNEL_ANNOUNCEMENT -> announced = Optional.of(ChannelAnnouncement.CODEC.fromBytes(body));
                case CHANNEL_AMOUNT -> amount(where, message);
                case CHANNEL_UPDATE -> update(where, ChannelUpdate.CODEC.fromBytes(body));
                case NODE_ANNOUNCEMENT, DELETE_CHANNEL, ENDED, CHANNEL_DYING -> {}
                default -> builder.bad(where, "is of an unknown type, " + type);
            }
        } catch (MalformedException e) {
            builder.bad(where, "type " + type + ": " + e.getMessage());
        }
    }

    private void amount(String where, byte[] message) {
        if (announced.isEmpty() || message.length != 10) {
            builder.bad(where, "an amount of no channel");
            return;
        }
        ChannelAnnouncement channel = announced.get();
        announced = Optional.empty();
        long sat = 0;
        for (int i = 2; i < 10; i++) sat = sat << 8 | message[i] & 0xff;
        ShortChannelId id = channel.shortChannelId();
        if (builder.channel(where, id, channel.nodeId1(), channel.nodeId2(), sat))
            channels.put(id, new Ends(channel.nodeId1(), channel.nodeId2(), sat));
    }

    private void update(String where, ChannelUpdate update) {
        Ends ends = channels.get(update.shortChannelId());
        if (ends == null) {
            builder.bad(where, "an update of channel " + update.shortChannelId() + ", which is not announced");
            return;
        }
        boolean first = update.isFromNode1();
        builder.direction(where, update.shortChannelId(), first ? ends.node1 : ends.node2,
                first ? ends.node2 : ends.node1, !update.isDisabled(), update.feeBase().msat(),
                update.feeProportionalMillionths(), update.cltvExpiryDelta().blocks(), update.htlcMinimum().msat(),
                update.htlcMaximum().msat(), ends.capacitySat);
    }

    /** CRC-32C that begins with the time of the record. */
    static int crc(int start, byte[] bytes) {
        int crc = ~start;
        for (byte one : bytes) crc = crc >>> 8 ^ CRC[(crc ^ one) & 0xff];
        return ~crc;
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? value >>> 1 ^ 0x82f63b78 : value >>> 1;
            table[i] = value;
        }
        return table;
    }
}
