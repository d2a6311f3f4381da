package fulgurite.simulator.scenario;

import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.simulator.engine.QuietLog;
import fulgurite.simulator.report.JsonReport;
import fulgurite.simulator.report.SimulationReport;
import fulgurite.simulator.report.TextReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fulgurite sim}: a whole network in one process, in virtual time, from one seed. */
@Command(name = "sim", mixinStandardHelpOptions = true, description = {
        "Simulates a network of nodes that open channels and pay each other, in virtual time.",
        "The same options give the same run, to the last byte on every line: compare the trace."}, footer = {
                "", "The exit code is 1 when an invariant is broken: money is lost or made, the sides of a channel",
                "disagree, something stays pending, or payer and payee tell different outcomes.", "", "Examples:",
                "  fulgurite sim", "  fulgurite sim --nodes 50 --payments 500 --seed 7",
                "  fulgurite sim --nodes 10 --payments 100 --json"})
public final class SimCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "20", description = "Nodes, 2 to 1000 (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--payments", paramLabel = "N", defaultValue = "200", description = "Payments to try, 0 to 1000000 (default: ${DEFAULT-VALUE}).")
    private int payments;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "From which everything random is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--extra-channels", paramLabel = "N", defaultValue = "1", description = "Channels that each node opens beside the ring, to nodes that have many, 0 to 10 (default: ${DEFAULT-VALUE}).")
    private int extraChannels;

    @Option(names = "--interval", paramLabel = "MILLISECONDS", defaultValue = "500", description = "Mean simulated time between the beginnings of two payments (default: ${DEFAULT-VALUE}).")
    private long intervalMillis;

    @Option(names = "--router", paramLabel = "NAME", split = ",", defaultValue = PathFinders.DEFAULT, description = "How nodes find routes: dijkstra, probabilistic or flow; several, with commas, are taken by the nodes in turn (default: ${DEFAULT-VALUE}).")
    private List<String> routers = List.of(PathFinders.DEFAULT);

    @Option(names = "--json", description = "Print the result as one JSON object, and nothing else.")
    private boolean json;

    @Override
    public Integer call() {
        SimulationSettings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        long begun = System.nanoTime();
        Phases phases = json ? what -> {} : what -> tell(out, begun, what);
        try {
            SimulationReport report = QuietLog.during(() -> Simulation.run(settings, phases, System::nanoTime));
            if (json) out.println(JsonReport.of(report));
            else TextReport.print(report, out);
            out.flush();
            return report.broken().isEmpty() ? 0 : 1;
        } catch (SimulationFailedException e) {
            spec.commandLine().getErr().println("the simulation of seed " + seed + " failed: " + e.getMessage());
            return 1;
        }
    }

    private SimulationSettings settings() {
        try {
            return new SimulationSettings(nodes, payments, seed, extraChannels, Duration.ofMillis(intervalMillis),
                    routers);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private static void tell(PrintWriter out, long begun, String what) {
        out.println(String.format(Locale.ROOT, "%6.1f s  %s", (System.nanoTime() - begun) / 1e9, what));
        out.flush();
    }
}
