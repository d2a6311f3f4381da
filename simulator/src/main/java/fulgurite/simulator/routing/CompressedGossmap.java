package fulgurite.simulator.routing;

import fulgurite.protocol.units.ShortChannelId;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Core Lightning's compressed graph, {@code GOSSMAP_COMPRESSv1}: numbers only, in columns; nodes and channels have lost
 * their names. Each column is a table of values and, for every entry, the place of its value in it.
 */
final class CompressedGossmap {
    static final String MAGIC = "GOSSMAP_COMPRESSv1\0";
    private static final int CAPACITY = 0;
    private static final int ALMOST_CAPACITY = 1;
    /** 99%: Core Lightning's own reserve. */
    private static final long ALMOST = 990;

    private final DataInputStream in;

    private CompressedGossmap(InputStream in) {
        this.in = new DataInputStream(in);
    }

    static void read(InputStream in, GraphBuilder builder) throws IOException {
        new CompressedGossmap(in).read(builder);
    }

    private void read(GraphBuilder builder) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length());
        if (!Arrays.equals(magic, MAGIC.getBytes(StandardCharsets.US_ASCII))) throw new EOFException("no header");
        int channels = count(GraphBuilder.MOST_CHANNELS);
        long[] node1 = numbers(channels);
        long[] node2 = numbers(channels);
        boolean[] disabled = new boolean[2 * channels];
        for (long next = number(); next >= 0 && next < disabled.length; next = number()) disabled[(int) next] = true;
        long[] capacity = column(channels);
        long[] min = column(2 * channels);
        long[] max = maxima(capacity);
        long[] base = column(2 * channels);
        long[] millionths = column(2 * channels);
        long[] delta = column(2 * channels);
        for (int channel = 0; channel < channels; channel++) {
            builder.row();
            String where = "channel " + channel;
            if (node1[channel] >>> 31 != 0 || node2[channel] >>> 31 != 0) {
                builder.bad(where, "a node's number is out of range");
                continue;
            }
            // Every channel has a place of its own, in the order of the file.
            var id = new ShortChannelId((long) (channel + 1) << 16);
            for (int side = 0; side < 2; side++) {
                int entry = 2 * channel + side;
                var from = ScaleFree.node((int) (side == 0 ? node1 : node2)[channel]);
                var to = ScaleFree.node((int) (side == 0 ? node2 : node1)[channel]);
                builder.direction(where, id, from, to, !disabled[entry], base[entry], millionths[entry], delta[entry],
                        min[entry], max[entry], capacity[channel]);
            }
        }
    }

    private long[] maxima(long[] capacity) throws IOException {
        long[] table = table();
        long[] max = new long[2 * capacity.length];
        for (int entry = 0; entry < max.length; entry++) {
            int index = index(table);
            long sat = Math.min(capacity[entry / 2], Long.MAX_VALUE / 1000);
            max[entry] = index == CAPACITY ? sat * 1000 : index == ALMOST_CAPACITY ? sat * ALMOST : table[index];
        }
        return max;
    }

    private long[] column(int entries) throws IOException {
        long[] table = table();
        long[] column = new long[entries];
        for (int entry = 0; entry < entries; entry++) column[entry] = table[index(table)];
        return column;
    }

    private int index(long[] table) throws IOException {
        long index = number();
        if (index < 0 || index >= table.length) throw new IOException("place " + index + " of " + table.length);
        return (int) index;
    }

    private long[] table() throws IOException {
        return numbers(count(4 * GraphBuilder.MOST_CHANNELS));
    }

    private int count(int most) throws IOException {
        long count = number();
        if (count < 0 || count > most) throw new IOException("a count of " + Long.toUnsignedString(count));
        return (int) count;
    }

    /** Read before room is made, so that a count that lies cannot ask for more than the file has. */
    private long[] numbers(int count) throws IOException {
        long[] numbers = new long[Math.min(count, 1024)];
        for (int i = 0; i < count; i++) {
            if (i == numbers.length) numbers = Arrays.copyOf(numbers, (int) Math.min(count, 2L * i));
            numbers[i] = number();
        }
        return numbers;
    }

    /** @bolt 1, BigSize */
    private long number() throws IOException {
        int first = in.readUnsignedByte();
        return switch (first) {
            case 0xfd -> in.readUnsignedShort();
            case 0xfe -> in.readInt() & 0xffff_ffffL;
            case 0xff -> in.readLong();
            default -> first;
        };
    }
}
