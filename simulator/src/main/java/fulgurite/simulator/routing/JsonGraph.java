package fulgurite.simulator.routing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.simulator.routing.Row.BadField;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON of lnd's {@code describegraph} (arrays {@code nodes} and {@code edges}) and of Core Lightning's
 * {@code listchannels} and {@code listnodes} (arrays {@code channels} and {@code nodes}). One row at a time is in memory.
 */
final class JsonGraph {
    private static final int MOST_FIELDS = 200;
    private static final int MOST_TEXT = 1000;
    /** Of a text that is passed over. */
    private static final int LONGEST = 1_000_000;

    private JsonGraph() {}

    static void read(InputStream in, GraphBuilder builder) throws IOException {
        // Names are not remembered: a file may have any number of different ones.
        JsonFactory factory = JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST).build())
                .build();
        try (JsonParser parser = factory.createParser(in)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.START_ARRAY || parser.currentName() == null) continue;
                switch (parser.currentName()) {
                    case "nodes" -> rows(parser, "node", builder);
                    case "edges" -> rows(parser, "edge", builder);
                    case "channels" -> rows(parser, "channel", builder);
                    default -> {}
                }
            }
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            builder.bad(at == null ? "the file" : "line " + at.getLineNr() + " column " + at.getColumnNr(),
                    "no JSON: " + firstLine(e.getOriginalMessage()));
        }
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static void rows(JsonParser parser, String kind, GraphBuilder builder) throws IOException {
        long number = 0;
        for (JsonToken token = parser.nextToken(); token != null
                && token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            number++;
            builder.row();
            String where = kind + " " + number;
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
                builder.bad(where, "is no object");
                continue;
            }
            Row row = row(parser);
            try {
                switch (kind) {
                    case "edge" -> edge(where, row, builder);
                    case "channel" -> channel(where, row, builder);
                    default -> row.node(row.has("pub_key") ? "pub_key" : "nodeid");
                }
            } catch (BadField e) {
                builder.bad(where, e.getMessage());
            }
        }
    }

    /** The fields of an object; those of an object in it with a dot between. */
    private static Row row(JsonParser parser) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        String outer = "";
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.END_OBJECT) {
                if (outer.isEmpty()) break;
                outer = "";
            } else if (token == JsonToken.START_OBJECT && outer.isEmpty()) outer = parser.currentName() + ".";
            else if (token.isStructStart()) parser.skipChildren();
            else
                if (token.isScalarValue() && token != JsonToken.VALUE_NULL && fields.size() < MOST_FIELDS
                        && parser.getTextLength() <= MOST_TEXT)
                    fields.put(outer + parser.currentName(), parser.getText());
        }
        return new Row(fields);
    }

    private static void edge(String where, Row row, GraphBuilder builder) throws BadField {
        ShortChannelId id = row.channel("channel_id");
        NodeId node1 = row.node("node1_pub");
        NodeId node2 = row.node("node2_pub");
        long capacity = row.number("capacity");
        if (!builder.channel(where, id, node1, node2, capacity)) return;
        policy(where, row, "node1_policy.", id, node1, node2, capacity, builder);
        policy(where, row, "node2_policy.", id, node2, node1, capacity, builder);
    }

    private static void policy(String where, Row row, String side, ShortChannelId id, NodeId from, NodeId to,
            long capacity, GraphBuilder builder) throws BadField {
        if (!row.has(side + "time_lock_delta")) return;
        builder.direction(where, id, from, to, !row.isTrue(side + "disabled"), row.number(side + "fee_base_msat", 0),
                row.number(side + "fee_rate_milli_msat", 0), row.number(side + "time_lock_delta"),
                row.number(side + "min_htlc", 0), row.number(side + "max_htlc_msat", 0), capacity);
    }

    private static void channel(String where, Row row, GraphBuilder builder) throws BadField {
        long capacity = row.has("amount_msat") ? row.number("amount_msat") / 1000 : row.number("satoshis");
        boolean active = !row.has("active") || row.isTrue("active");
        builder.direction(where, row.channel("short_channel_id"), row.node("source"), row.node("destination"), active,
                row.number("base_fee_millisatoshi", 0), row.number("fee_per_millionth", 0), row.number("delay"),
                row.number("htlc_minimum_msat", 0), row.number("htlc_maximum_msat", 0), capacity);
    }

    /** Writes a map as lnd's describegraph would. */
    static void write(ChannelMap map, OutputStream out) throws IOException {
        Topology topology = map.topology();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("nodes");
            for (int node = 0; node < topology.nodes(); node++) {
                json.writeStartObject();
                json.writeStringField("pub_key", topology.node(node).toHex());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("edges");
            for (int channel = 0; channel < topology.channels(); channel++) {
                int slot = topology.slotFromNode1(channel);
                json.writeStartObject();
                json.writeStringField("channel_id", Long.toUnsignedString(topology.channel(channel).value()));
                json.writeStringField("node1_pub", topology.node(topology.other(slot)).toHex());
                json.writeStringField("node2_pub", topology.node(topology.target(slot)).toHex());
                json.writeStringField("capacity", Long.toString(map.capacitySat(slot)));
                writePolicy(json, "node1_policy", map.terms(slot));
                writePolicy(json, "node2_policy", map.terms(topology.twin(slot)));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void writePolicy(JsonGenerator json, String name, ChannelMap.Terms terms) throws IOException {
        if (!terms.usable() && terms.maxMsat() == 0) return;
        json.writeObjectFieldStart(name);
        json.writeNumberField("time_lock_delta", terms.cltvDelta());
        json.writeStringField("min_htlc", Long.toString(terms.minMsat()));
        json.writeStringField("fee_base_msat", Long.toString(terms.feeBaseMsat()));
        json.writeStringField("fee_rate_milli_msat", Long.toString(terms.feeMillionths()));
        json.writeBooleanField("disabled", !terms.usable());
        json.writeStringField("max_htlc_msat", Long.toString(terms.maxMsat()));
        json.writeEndObject();
    }
}
