package fulgurite.simulator.routing;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.simulator.routing.Row.BadField;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The edges file of the simulator CLoTH: a line for each direction, with a header that names its columns. Amounts are in
 * millisatoshi; a channel's capacity is the sum of its two balances.
 */
final class ClothCsv {
    private static final int MOST_LINE = 4096;

    private ClothCsv() {}

    static void read(InputStream in, GraphBuilder builder) throws IOException {
        List<String> columns = List.of(line(in).split(",", -1));
        if (!columns.contains("from_node_id") || !columns.contains("to_node_id")) {
            builder.bad("line 1", "is not the header of CLoTH's edges");
            return;
        }
        // A channel's balances come in two lines that may be far apart.
        var balances = new TreeMap<Long, Long>();
        long number = 1;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            number++;
            builder.row();
            try {
                edge("line " + number, row(columns, line), balances, builder);
            } catch (BadField e) {
                builder.bad("line " + number, e.getMessage());
            }
        }
        if (in.read() >= 0) builder.bad("line " + (number + 1), "is empty, and more comes after it");
    }

    private static Row row(List<String> columns, String line) throws BadField {
        String[] cells = line.split(",", -1);
        if (cells.length != columns.size())
            throw new BadField(cells.length + " cells under " + columns.size() + " columns");
        Map<String, String> fields = new TreeMap<>();
        for (int i = 0; i < cells.length; i++) fields.put(columns.get(i).strip(), cells[i].strip());
        return new Row(fields);
    }

    private static void edge(String where, Row row, Map<Long, Long> balances, GraphBuilder builder) throws BadField {
        long channel = number(row, "channel_id");
        NodeId from = ScaleFree.node((int) number(row, "from_node_id"));
        NodeId to = ScaleFree.node((int) number(row, "to_node_id"));
        long balance = row.number("balance");
        if (balance < 0) throw new BadField("a balance of " + balance + " msat");
        long both = balance + balances.getOrDefault(channel, 0L);
        if (both < 0) throw new BadField("a capacity beyond all numbers");
        builder.direction(where, new ShortChannelId(channel << 16), from, to, true, row.number("fee_base"),
                row.number("fee_proportional"), row.number("timelock"), row.number("min_htlc"),
                row.number("max_htlc", Long.MAX_VALUE), both / 1000);
        if (balances.size() < GraphBuilder.MOST_CHANNELS) balances.put(channel, both);
    }

    private static long number(Row row, String name) throws BadField {
        long value = row.number(name);
        if (value < 0 || value > Integer.MAX_VALUE) throw new BadField(name + " is out of range: " + value);
        return value;
    }

    /** The next line without its end; empty at the end of the file. A line that is too long is cut. */
    private static String line(InputStream in) throws IOException {
        var bytes = new ArrayList<Byte>();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read())
            if (bytes.size() < MOST_LINE && next != '\r') bytes.add((byte) next);
        var text = new StringBuilder(bytes.size());
        for (byte one : bytes) text.append((char) (one & 0xff));
        return text.toString();
    }
}
