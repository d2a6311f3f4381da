package fulgurite.simulator.bench;

import fulgurite.node.file.FileTrouble;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.simulator.routing.GraphImport;
import fulgurite.simulator.routing.Imported;
import fulgurite.simulator.routing.ScaleFree;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which graph a command works on: one from a file, or one drawn from a seed. */
final class GraphOptions {
    @Option(names = "--import", paramLabel = "FILE", description = {"A graph from a file: lnd's describegraph or Core",
            "Lightning's listchannels (JSON), gossip_store, compressed GOSSMAP, CLoTH's edges, GraphML; also gzipped."})
    private @Nullable Path file;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "10000", description = "Nodes of a drawn graph (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--channels", paramLabel = "N", defaultValue = "40000", description = "Channels of a drawn graph (default: ${DEFAULT-VALUE}).")
    private int channels;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "From which everything random is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    long seed() {
        return seed;
    }

    /**
     * Bad rows are told on the error output; they never end the command unless nothing is left.
     *
     * @param talks whether a file without bad rows is told of too
     */
    ChannelMap map(CommandSpec spec, boolean talks) {
        if (file == null) {
            try {
                return ScaleFree.draw(nodes, channels, seed);
            } catch (IllegalArgumentException e) {
                throw refuse(spec, e.getMessage());
            }
        }
        Imported imported = read(spec, file);
        if (talks || imported.bad() > 0 || imported.map().topology().channels() == 0) tell(spec, imported);
        if (imported.map().topology().channels() == 0) throw refuse(spec, file + " has no channel that can be read");
        return imported.map();
    }

    private Imported read(CommandSpec spec, Path from) {
        try {
            return GraphImport.read(from);
        } catch (IOException e) {
            throw refuse(spec, "cannot read " + FileTrouble.of(from, e));
        }
    }

    private static void tell(CommandSpec spec, Imported imported) {
        var err = spec.commandLine().getErr();
        err.println(imported.format() + ": " + imported.rows() + " rows, " + imported.bad() + " bad");
        imported.named().forEach(bad -> err.println("  " + bad));
        if (imported.bad() > imported.named().size())
            err.println("  and " + (imported.bad() - imported.named().size()) + " more");
        err.flush();
    }

    ParameterException refuse(CommandSpec spec, String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
