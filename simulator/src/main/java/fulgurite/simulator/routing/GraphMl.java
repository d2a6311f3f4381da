package fulgurite.simulator.routing;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.NodeId;
import fulgurite.simulator.routing.Row.BadField;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * GraphML: a node for each node, named by its id, and a directed edge for each side of a channel. Read are the data called
 * {@code channel}, {@code capacity_sat}, {@code base_msat}, {@code ppm}, {@code cltv}, {@code min_msat}, {@code max_msat}
 * and {@code disabled}, in UTF-8. No DTD is read, and nothing outside the file.
 */
final class GraphMl {
    private static final int MOST_TEXT = 1000;
    /** Elements in each other; a graph has four, a drawing some more. */
    private static final int MOST_DEPTH = 1000;
    /** Different names of elements, attributes and prefixes, for the parser remembers each. */
    private static final int MOST_NAMES = 10_000;

    private GraphMl() {}

    static void read(InputStream in, GraphBuilder builder) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        var rationed = new RationedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            read(new Events(factory.createXMLStreamReader(rationed), rationed), builder);
        } catch (XMLStreamException e) {
            var at = e.getLocation();
            builder.bad(at == null ? "the file" : "line " + at.getLineNumber() + " column " + at.getColumnNumber(),
                    "no XML");
        }
    }

    /** The parser's events, within bounds for what it must keep of them. */
    private static final class Events {
        final XMLStreamReader xml;
        private final RationedReader in;
        private final TreeSet<String> names = new TreeSet<>();
        private int depth;

        Events(XMLStreamReader xml, RationedReader in) {
            this.xml = xml;
            this.in = in;
        }

        boolean hasNext() throws XMLStreamException {
            return xml.hasNext();
        }

        int next() throws XMLStreamException {
            in.refill();
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT) depth--;
            if (event == XMLStreamConstants.START_ELEMENT) {
                if (++depth > MOST_DEPTH) throw new XMLStreamException("too deep", xml.getLocation());
                name(xml.getLocalName());
                name(xml.getPrefix());
                for (int i = 0; i < xml.getAttributeCount(); i++) name(xml.getAttributeLocalName(i));
                for (int i = 0; i < xml.getNamespaceCount(); i++) name(xml.getNamespacePrefix(i));
            }
            return event;
        }

        private void name(@Nullable String name) throws XMLStreamException {
            if (name != null && names.add(name) && names.size() > MOST_NAMES)
                throw new XMLStreamException("too many names", xml.getLocation());
        }
    }

    private static void read(Events events, GraphBuilder builder) throws XMLStreamException {
        XMLStreamReader xml = events.xml;
        var names = new TreeMap<String, String>();
        long edges = 0;
        while (events.hasNext()) {
            if (events.next() != XMLStreamConstants.START_ELEMENT) continue;
            switch (xml.getLocalName()) {
                case "key" -> {
                    String name = xml.getAttributeValue(null, "attr.name");
                    if (name != null && names.size() < 1000) names.put(text(xml, "id"), name);
                }
                case "node" -> builder.row();
                case "edge" -> {
                    edges++;
                    builder.row();
                    String where = "edge " + edges;
                    Row row = edge(events, names);
                    try {
                        add(where, row, builder);
                    } catch (BadField e) {
                        builder.bad(where, e.getMessage());
                    }
                }
                default -> {}
            }
        }
    }

    private static String text(XMLStreamReader xml, String attribute) {
        String value = xml.getAttributeValue(null, attribute);
        return value == null ? "" : value;
    }

    private static Row edge(Events events, Map<String, String> names) throws XMLStreamException {
        XMLStreamReader xml = events.xml;
        var fields = new TreeMap<String, String>();
        fields.put("source", text(xml, "source"));
        fields.put("target", text(xml, "target"));
        String name = "";
        var value = new StringBuilder();
        while (events.hasNext()) {
            int event = events.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                name = names.getOrDefault(text(xml, "key"), text(xml, "key"));
                value.setLength(0);
            } else
                if (event == XMLStreamConstants.CHARACTERS && value.length() < MOST_TEXT)
                    value.append(xml.getTextCharacters(), xml.getTextStart(), Math.min(xml.getTextLength(), MOST_TEXT));
                else
                    if (event == XMLStreamConstants.END_ELEMENT) {
                        if (xml.getLocalName().equals("edge")) break;
                        if (fields.size() < 100) fields.put(name, value.toString().strip());
                    }
        }
        return new Row(fields);
    }

    private static void add(String where, Row row, GraphBuilder builder) throws BadField {
        NodeId from = row.node("source");
        NodeId to = row.node("target");
        builder.direction(where, row.channel("channel"), from, to, !row.isTrue("disabled"), row.number("base_msat", 0),
                row.number("ppm", 0), row.number("cltv", 0), row.number("min_msat", 0), row.number("max_msat", 0),
                row.number("capacity_sat"));
    }

    static void write(ChannelMap map, OutputStream out) throws IOException {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory()
                    .createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("graphml");
            xml.writeDefaultNamespace("http://graphml.graphdrawing.org/xmlns");
            key(xml, "channel", "string");
            for (String name : new String[]{"capacity_sat", "base_msat", "ppm", "cltv", "min_msat", "max_msat"})
                key(xml, name, "long");
            key(xml, "disabled", "boolean");
            xml.writeStartElement("graph");
            xml.writeAttribute("edgedefault", "directed");
            Topology topology = map.topology();
            for (int node = 0; node < topology.nodes(); node++) {
                xml.writeEmptyElement("node");
                xml.writeAttribute("id", topology.node(node).toHex());
            }
            for (int channel = 0; channel < topology.channels(); channel++) {
                write(xml, map, topology.slotFromNode1(channel));
                write(xml, map, topology.twin(topology.slotFromNode1(channel)));
            }
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void key(XMLStreamWriter xml, String name, String type) throws XMLStreamException {
        xml.writeEmptyElement("key");
        xml.writeAttribute("id", name);
        xml.writeAttribute("for", "edge");
        xml.writeAttribute("attr.name", name);
        xml.writeAttribute("attr.type", type);
    }

    private static void write(XMLStreamWriter xml, ChannelMap map, int slot) throws XMLStreamException {
        Topology topology = map.topology();
        ChannelMap.Terms terms = map.terms(slot);
        xml.writeStartElement("edge");
        xml.writeAttribute("source", topology.node(topology.other(slot)).toHex());
        xml.writeAttribute("target", topology.node(topology.target(slot)).toHex());
        data(xml, "channel", topology.channel(topology.channelOf(slot)).toString());
        data(xml, "capacity_sat", Long.toString(map.capacitySat(slot)));
        data(xml, "base_msat", Long.toString(terms.feeBaseMsat()));
        data(xml, "ppm", Long.toString(terms.feeMillionths()));
        data(xml, "cltv", Integer.toString(terms.cltvDelta()));
        data(xml, "min_msat", Long.toString(terms.minMsat()));
        data(xml, "max_msat", Long.toString(terms.maxMsat()));
        data(xml, "disabled", Boolean.toString(!terms.usable()));
        xml.writeEndElement();
    }

    private static void data(XMLStreamWriter xml, String key, String value) throws XMLStreamException {
        xml.writeStartElement("data");
        xml.writeAttribute("key", key);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }
}
