package fulgurite.simulator.routing;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Compressed files of some hundred kilobytes that unfold to {@value #MEGABYTES} megabytes of one thing without end. */
final class GraphImportBombs {
    private static final int MEGABYTES = 24;

    /** @param again until there is enough; a {@code #} in it is a running number */
    private record Bomb(String name, String start, String again) {}

    private static final List<Bomb> BOMBS = List.of(
            new Bomb("zeros", "", "\0".repeat(1000)),
            new Bomb("an endless line", "id,from_node_id,to_node_id", "x".repeat(1000)),
            new Bomb("empty rows", "id,from_node_id,to_node_id\n", "0,1,2\n".repeat(200)),
            new Bomb("blanks in JSON", "{\"edges\": [", " ".repeat(1000)),
            new Bomb("a text in JSON", "{\"edges\": [{\"alias\": \"", "x".repeat(1000)),
            new Bomb("names in JSON", "{\"edges\": [{\"a\": 1", ", \"a name of its own #\": 1"),
            new Bomb("rows in JSON", "{\"edges\": [{\"a\": 1}", ",{\"channel_id\": \"#\"}"),
            new Bomb("arrays in JSON", "{\"edges\": ", "[".repeat(1000)),
            new Bomb("elements in each other", "<graphml>", "<a>".repeat(300)),
            new Bomb("a comment", "<graphml><!--", "x".repeat(1000)),
            new Bomb("an attribute", "<graphml><edge source=\"", "x".repeat(1000)),
            new Bomb("attributes", "<graphml><edge", " a#=\"\""),
            new Bomb("an instruction", "<graphml><?x ", "x".repeat(1000)),
            new Bomb("a document type", "<!DOCTYPE graphml [<!ENTITY a \"", "x".repeat(1000)),
            new Bomb("names of elements", "<graphml>", "<a#/>"),
            new Bomb("text between elements", "<graphml>", "x".repeat(1000)),
            new Bomb("data of one edge", "<graphml><edge source=\"a\" target=\"b\">", "<data key=\"#\">1</data>"),
            new Bomb("records of a gossip_store", "\20", "\0".repeat(1000)),
            new Bomb("numbers of a gossmap", CompressedGossmap.MAGIC + "\u00fe\0\7\0\0", "\1".repeat(1000)),
            new Bomb("disabled directions of a gossmap", CompressedGossmap.MAGIC + "\1\1\2", "\1".repeat(1000)));

    static final int COUNT = BOMBS.size();

    private GraphImportBombs() {}

    public static void main(String[] arguments) throws IOException {
        for (Bomb bomb : BOMBS) {
            Imported imported = GraphImport.read(new ByteArrayInputStream(zipped(bomb)));
            System.out.println("read " + bomb.name + ": " + imported.format() + ", " + imported.bad() + " bad, "
                    + imported.named().stream().findFirst().orElse("nothing named"));
            if (imported.bad() == 0 || imported.map().topology().channels() != 0)
                throw new IllegalStateException(bomb.name + " is taken for good");
        }
    }

    private static byte[] zipped(Bomb bomb) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = new BufferedOutputStream(new GZIPOutputStream(bytes), 1 << 16)) {
            out.write(bomb.start.getBytes(StandardCharsets.ISO_8859_1));
            long left = MEGABYTES * 1_000_000L;
            boolean numbered = bomb.again.contains("#");
            byte[] same = bomb.again.getBytes(StandardCharsets.ISO_8859_1);
            for (long number = 0; left > 0; number++) {
                byte[] next = numbered
                        ? bomb.again.replace("#", Long.toString(number)).getBytes(StandardCharsets.ISO_8859_1)
                        : same;
                out.write(next);
                left -= next.length;
            }
        }
        return bytes.toByteArray();
    }
}
