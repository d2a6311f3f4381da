package fulgurite.simulator.routing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reads a network from a file, whatever its form: lnd's describegraph, Core Lightning's listchannels and listnodes, its
 * gossip_store and the compressed GOSSMAP form, CLoTH's edges, GraphML; each also under gzip. The form is told by how the
 * content begins.
 */
public final class GraphImport {
    private static final int LOOK = 64;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private GraphImport() {}

    /** @throws IOException when the file cannot be read at all */
    public static Imported read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /** Never throws for what the content is: that is counted and named. */
    public static Imported read(InputStream in) throws IOException {
        var builder = new GraphBuilder();
        String format = "unknown";
        try {
            InputStream content = unzipped(new BufferedInputStream(in, 1 << 16));
            byte[] start = peek(content);
            format = format(start);
            parse(format, content, builder);
        } catch (IOException e) {
            builder.bad("the file", "breaks off: " + e.getMessage());
        }
        return builder.build(format);
    }

    private static InputStream unzipped(BufferedInputStream in) throws IOException {
        byte[] start = peek(in);
        boolean zipped = start.length > 2 && (start[0] & 0xff) == GZIP_FIRST && (start[1] & 0xff) == GZIP_SECOND;
        return zipped ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
    }

    private static byte[] peek(InputStream in) throws IOException {
        in.mark(LOOK);
        byte[] start = in.readNBytes(LOOK);
        in.reset();
        return start;
    }

    private static String format(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith(CompressedGossmap.MAGIC)) return "gossmap";
        String trimmed = text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3).strip() : text.strip();
        if (trimmed.startsWith("{") || trimmed.startsWith("[")) return "json";
        if (trimmed.startsWith("<")) return "graphml";
        if (trimmed.startsWith("id,")) return "cloth";
        if (text.startsWith("PK\3\4")) return "zip";
        return start.length > 0 && GossipStore.isVersion(start[0]) ? "gossip_store" : "unknown";
    }

    private static void parse(String format, InputStream in, GraphBuilder builder) throws IOException {
        switch (format) {
            case "gossmap" -> CompressedGossmap.read(in, builder);
            case "json" -> JsonGraph.read(in, builder);
            case "graphml" -> GraphMl.read(in, builder);
            case "cloth" -> ClothCsv.read(in, builder);
            case "gossip_store" -> GossipStore.read(in, builder);
            case "zip" -> builder.bad("the file", "is an archive: unpack it first");
            default -> builder.bad("the file", "is of no form that is known here");
        }
    }
}
