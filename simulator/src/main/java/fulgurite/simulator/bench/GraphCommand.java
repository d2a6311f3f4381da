package fulgurite.simulator.bench;

import fulgurite.node.file.FileTrouble;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.simulator.routing.GraphExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite graph}: looks into a graph's file, and writes it in another form. */
@Command(name = "graph", mixinStandardHelpOptions = true, description = {
        "Reads a graph from a file, or draws one, says what it has, and writes it in another form.",
        "Rows that cannot be read are left out, counted and named."}, footer = {"", "Examples:",
                "  fulgurite graph --import gossip_store --export mainnet.graphml",
                "  fulgurite graph --nodes 100 --channels 400 --export small.json"})
public final class GraphCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private GraphOptions graph = new GraphOptions();

    @Option(names = "--export", paramLabel = "FILE", description = "Where to write it: GraphML when the name ends with .graphml, else JSON as lnd's describegraph.")
    private @Nullable Path export;

    @Override
    public Integer call() {
        ChannelMap map = graph.map(spec, true);
        int usable = 0;
        for (int slot = 0; slot < map.topology().slots(); slot++) if (map.isUsable(slot)) usable++;
        spec.commandLine()
                .getOut()
                .printf(Locale.ROOT, "%d nodes, %d channels, %d of %d directions usable%n", map.topology().nodes(),
                        map.topology().channels(), usable, map.topology().slots());
        spec.commandLine().getOut().flush();
        if (export != null) write(map, export);
        return 0;
    }

    private void write(ChannelMap map, Path to) {
        try {
            GraphExport.write(map, to);
        } catch (IOException e) {
            throw graph.refuse(spec, "cannot write " + FileTrouble.of(to, e));
        }
    }
}
