package fulgurite.simulator.routing;

import fulgurite.protocol.graph.map.ChannelMap;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a network to a file: GraphML when its name ends so, else the JSON of lnd's describegraph. */
public final class GraphExport {
    private GraphExport() {}

    /** As it comes, for it may be gigabytes, and a person can have it again. */
    public static void write(ChannelMap map, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            if (file.toString().endsWith(".graphml")) GraphMl.write(map, out);
            else JsonGraph.write(map, out);
        }
    }
}
