package fulgurite.protocol.graph;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A whole routing table in bytes: the messages as they came, one after another. So a start reads a table of mainnet's size
 * at once, instead of every event that ever led to it. Kept in journals: a version once written is read for ever.
 */
public final class TableSnapshot {
    private static final byte VERSION = 1;
    private static final int HAS_ANNOUNCEMENT = 1;
    private static final int HAS_UPDATE_1 = 2;
    private static final int HAS_UPDATE_2 = 4;
    private static final int IS_SPENT = 8;

    private ByteBuffer out = ByteBuffer.allocate(1 << 16);

    private TableSnapshot() {}

    public static byte[] write(RoutingTable table) {
        var snapshot = new TableSnapshot();
        snapshot.room(5).put(VERSION).putInt(table.channels().size());
        for (var entry : table.channels()) snapshot.write(entry.value());
        int announced = 0;
        for (var entry : table.nodes()) if (entry.value().announcement().isPresent()) announced++;
        snapshot.room(4).putInt(announced);
        for (var entry : table.nodes())
            entry.value().announcement().ifPresent(said -> snapshot.sized(NodeAnnouncement.CODEC.toBytes(said)));
        return Arrays.copyOf(snapshot.out.array(), snapshot.out.position());
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            ByteBuffer more = ByteBuffer.allocate(Math.max(2 * out.capacity(), out.position() + bytes));
            out = more.put(out.flip());
        }
        return out;
    }

    private void sized(Bytes bytes) {
        room(4 + bytes.size()).putInt(bytes.size()).put(bytes.toByteArray());
    }

    private void write(KnownChannel channel) {
        int flags = (channel.announcement().isPresent() ? HAS_ANNOUNCEMENT : 0)
                | (channel.update1().isPresent() ? HAS_UPDATE_1 : 0)
                | (channel.update2().isPresent() ? HAS_UPDATE_2 : 0) | (channel.spentAt().isPresent() ? IS_SPENT : 0);
        room(17).put((byte) flags).putLong(channel.shortChannelId().value()).putLong(channel.capacity().sat());
        room(2 * PublicKey.SIZE).put(channel.node1().key().toByteArray()).put(channel.node2().key().toByteArray());
        channel.announcement().ifPresent(message -> {
            OutPoint funding = channel.funding().orElseThrow();
            room(36).put(funding.txid().bytes().toByteArray()).putInt(funding.index());
            sized(ChannelAnnouncement.CODEC.toBytes(message));
        });
        channel.update1().ifPresent(update -> sized(ChannelUpdate.CODEC.toBytes(update)));
        channel.update2().ifPresent(update -> sized(ChannelUpdate.CODEC.toBytes(update)));
        channel.spentAt().ifPresent(height -> room(4).putInt(height.height()));
    }

    /** @throws MalformedException when these are not the bytes of a table */
    public static RoutingTable read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION)
                throw new MalformedException("a routing table of version " + version
                        + ", which this software does not know; use the one that wrote it, or a later one");
            RoutingTable table = RoutingTable.EMPTY;
            for (int left = in.getInt(); left > 0; left--) table = table.restored(channel(in));
            for (int left = in.getInt(); left > 0; left--)
                table = RoutingTable.evolve(table,
                        new GraphEvent.NodeAnnounced(NodeAnnouncement.CODEC.fromBytes(sized(in))));
            return table;
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new MalformedException("the routing table breaks off");
        }
    }

    private static Bytes sized(ByteBuffer in) {
        int size = in.getInt();
        if (size > in.remaining()) throw new BufferUnderflowException();
        return bytes(in, size);
    }

    private static Bytes bytes(ByteBuffer in, int size) {
        byte[] bytes = new byte[size];
        in.get(bytes);
        return Bytes.ofOwned(bytes);
    }

    private static KnownChannel channel(ByteBuffer in) {
        int flags = in.get();
        var id = new ShortChannelId(in.getLong());
        var capacity = new Satoshi(in.getLong());
        NodeId node1 = new NodeId(new PublicKey(bytes(in, PublicKey.SIZE)));
        NodeId node2 = new NodeId(new PublicKey(bytes(in, PublicKey.SIZE)));
        Optional<OutPoint> funding = Optional.empty();
        Optional<ChannelAnnouncement> announcement = Optional.empty();
        if ((flags & HAS_ANNOUNCEMENT) != 0) {
            funding = Optional.of(new OutPoint(new TxId(bytes(in, 32)), in.getInt()));
            announcement = Optional.of(ChannelAnnouncement.CODEC.fromBytes(sized(in)));
        }
        Optional<ChannelUpdate> update1 = update(in, flags & HAS_UPDATE_1);
        Optional<ChannelUpdate> update2 = update(in, flags & HAS_UPDATE_2);
        Optional<BlockHeight> spent = (flags & IS_SPENT) != 0
                ? Optional.of(new BlockHeight(in.getInt()))
                : Optional.empty();
        return new KnownChannel(id, node1, node2, capacity, funding, announcement, update1, update2, spent);
    }

    private static Optional<ChannelUpdate> update(ByteBuffer in, int flag) {
        return flag == 0 ? Optional.empty() : Optional.of(ChannelUpdate.CODEC.fromBytes(sized(in)));
    }
}
