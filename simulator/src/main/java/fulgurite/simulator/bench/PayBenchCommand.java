package fulgurite.simulator.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fulgurite bench pay}: payments between real nodes on this machine. */
@Command(name = "pay", mixinStandardHelpOptions = true, description = {
        "Pays from node to node, each in a process of its own, over TCP, journals on disk.",
        "The invoices are made, and the nodes warmed up, before the clock starts."}, footer = {"",
                "The exit code is 1 when a payment fails.", "", "Examples:", "  fulgurite bench pay",
                "  fulgurite bench pay --in-flight 1 --hops 2 --json"})
public final class PayBenchCommand implements Callable<Integer> {
    /** What a channel of these capacities holds, at 1,000 sat a payment. */
    private static final int MOST = 90_000;
    private static final int WARM_UP = 20_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--payments", paramLabel = "N", defaultValue = "4000", description = "Payments counted (default: ${DEFAULT-VALUE}).")
    private int payments;

    @Option(names = "--warm-up", paramLabel = "N", description = "Payments before, while the JVMs compile (default: 20000, or as many as the channels still hold).")
    private Optional<Integer> warmUp = Optional.empty();

    @Option(names = "--in-flight", paramLabel = "N", defaultValue = "50", description = "Payments at once, 1 to 400 (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--hops", paramLabel = "N", defaultValue = "1", description = "Channels from payer to payee, 1 or 2 (default: ${DEFAULT-VALUE}).")
    private int hops;

    @Option(names = "--journal", paramLabel = "KIND", defaultValue = "h2", description = "h2 or postgresql: where the nodes write (default: ${DEFAULT-VALUE}).")
    private PayBench.Journal journal = PayBench.Journal.H2;

    @Option(names = "--conf", paramLabel = "FILE", description = "Settings of the nodes.")
    private Optional<Path> conf = Optional.empty();

    @Option(names = "--json", description = "Print the result as one JSON object, and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        require("--payments", payments, 1, MOST);
        int warming = warmUp.orElse(Math.min(WARM_UP, MOST - payments));
        require("--warm-up", warming, 0, MOST - payments);
        require("--in-flight", inFlight, 1, 400);
        require("--hops", hops, 1, 2);
        if (conf.isPresent() && !Files.isReadable(conf.get()))
            throw new ParameterException(spec.commandLine(), "there is no file of settings " + conf.get());
        List<String> options = conf.map(file -> List.of("--conf", file.toAbsolutePath().toString())).orElse(List.of());
        PrintWriter out = spec.commandLine().getOut();
        Consumer<String> progress = json ? line -> {} : line -> {
            out.println(line);
            out.flush();
        };
        Path home = Files.createTempDirectory("fulgurite-bench");
        var plan = new PayBench.Plan(payments, warming, inFlight, hops, journal, options);
        try (var bench = new PayBench(plan, home, progress)) {
            PayBench.Result result = bench.run();
            if (json) out.println(json(result));
            else print(result, out);
            out.flush();
            return result.failed() == 0 ? 0 : 1;
        } finally {
            delete(home);
        }
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most)
            throw new ParameterException(spec.commandLine(), option + " must be " + least + " to " + most + ", got "
                    + value);
    }

    private String json(PayBench.Result result) {
        return JsonNodeFactory.instance.objectNode()
                .put("payments", payments)
                .put("in_flight", inFlight)
                .put("hops", hops)
                .put("journal", journal.name().toLowerCase(Locale.ROOT))
                .put("payments_per_second", result.perSecond())
                .put("cpu_ms_per_payment", result.cpuMillisEach())
                .put("latency_p50_ms", result.millis(0.5))
                .put("latency_p99_ms", result.millis(0.99))
                .put("failed", result.failed())
                .toString();
    }

    private void print(PayBench.Result result, PrintWriter out) {
        out.println(String.format(Locale.ROOT, "%,.0f payments a second, %d at once over %d hop%s",
                result.perSecond(), inFlight, hops, hops == 1 ? "" : "s"));
        out.println(String.format(Locale.ROOT, "%.2f ms of CPU for each, all nodes together", result.cpuMillisEach()));
        out.println(String.format(Locale.ROOT, "%.1f ms from call to answer (median), %.1f ms (99%%)",
                result.millis(0.5), result.millis(0.99)));
        out.println(String.format(Locale.ROOT, "%,d succeeded, %,d failed", result.succeeded(), result.failed()));
        result.failures().forEach(failure -> out.println("  failed: " + failure));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }
}
