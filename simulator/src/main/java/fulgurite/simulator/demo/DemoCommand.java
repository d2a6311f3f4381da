package fulgurite.simulator.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fulgurite demo}: three nodes that pay each other, and a prompt. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = "Starts three nodes on a chain of their own, opens channels, pays, and gives a prompt.", footer = {
        "", "Examples:", "  fulgurite demo", "  fulgurite demo --script docs/first-payment.txt",
        "  echo 'alice pay bob 5000' | fulgurite demo --data demo-data"})
public final class DemoCommand implements Callable<Integer> {
    private static final List<String> NAMES = List.of("alice", "bob", "carol", "dave", "erin", "frank", "grace",
            "heidi",
            "ivan", "judy", "mallory", "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter",
            "zoe");

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "How many nodes, 3 to 20 (${DEFAULT-VALUE}).")
    private int nodes = 3;

    @Option(names = "--data", paramLabel = "DIR", description = "Keep everything here for the next start; without it, the data go at the end.")
    private @Nullable Path data;

    @Option(names = "--script", paramLabel = "FILE", description = "Run these commands instead of a prompt; the exit code is 1 when one fails.")
    private @Nullable Path script;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (nodes < 3 || nodes > NAMES.size())
            throw new ParameterException(spec.commandLine(), "--nodes is 3 to " + NAMES.size() + ", got " + nodes);
        if (script != null && (!Files.isReadable(script) || Files.isDirectory(script)))
            throw new ParameterException(spec.commandLine(), "cannot read the script " + script);
        PrintWriter out = spec.commandLine().getOut();
        Path directory = data != null ? data : Files.createTempDirectory("fulgurite-demo-");
        try {
            return run(directory, out) ? 0 : 1;
        } catch (DemoException e) {
            out.flush();
            spec.commandLine().getErr().println("error: " + e.getMessage());
            return 1;
        } finally {
            if (data == null) delete(directory);
        }
    }

    private boolean run(Path directory, PrintWriter out) throws IOException {
        long start = System.nanoTime();
        boolean known = Files.exists(directory.resolve(NAMES.getFirst()));
        say(out, (known ? "Bringing back" : "Starting") + " the chain and " + nodes + " nodes in " + directory + " …");
        try (LocalNetwork network = LocalNetwork.start(directory, names(directory), up -> say(out, "  " + up))) {
            var commands = new DemoCommands(network, out);
            for (String name : network.names())
                out.printf("%-8s peers dial %s%n%-8s API %s (./fulgurite cli --node %s help)%n", name,
                        network.uri(name), "",
                        network.apiUrl(name), name);
            out.println();
            if (known) {
                network.names().forEach(commands.actions()::awaitReconnected);
                commands.views().balances();
            } else {
                DemoStory.tell(network, commands, out);
                out.printf("(%.1f s from the start to here)%n", (System.nanoTime() - start) / 1e9);
            }
            out.println();
            out.flush();
            boolean well = commands(directory, commands, out);
            say(out, data != null ? "The data stay in " + directory + "." : "");
            return well;
        }
    }

    private boolean commands(Path directory, DemoCommands commands, PrintWriter out) throws IOException {
        var console = new DemoConsole(commands, out);
        if (script != null) try (BufferedReader lines = Files.newBufferedReader(script)) {
            return console.script(lines);
        }
        if (!isTerminal())
            return console.script(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        console.interactive(directory.resolve("history"));
        return true;
    }

    /** The launcher knows: Java 21 and 22 disagree on what a console is. */
    private static boolean isTerminal() {
        return Boolean.getBoolean("fulgurite.terminal");
    }

    /** The nodes asked for, and those that the directory has from before. */
    private List<String> names(Path directory) {
        var names = new ArrayList<>(NAMES.subList(0, nodes));
        for (String name : NAMES)
            if (!names.contains(name) && Files.isDirectory(directory.resolve(name))) names.add(name);
        return names;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(one);
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
