package fulgurite.simulator.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of fuzzing, for people and for programs. */
final class FuzzReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FuzzReport() {}

    static void print(Fuzzer.Plan plan, Fuzzer.Result result, double seconds, PrintWriter out) {
        out.println("what happened");
        result.tally()
                .counts()
                .forEach((what, count) -> out.println(String.format(Locale.ROOT, "%,12d  %s", count,
                        what)));
        for (Fuzzer.Found found : result.found()) {
            out.println();
            out.println("seed " + found.seed() + " failed: " + found.failure().rule());
            out.println("  " + found.failure().sentence());
            printSteps(plan, found, out);
            out.println("  replay: " + replay(plan, found));
        }
        out.println();
        out.println(String.format(Locale.ROOT, "%,d runs of %,d steps: %s; %.1f hours simulated in %.1f s",
                plan.seeds(), plan.kept().size(),
                result.found().isEmpty() ? "all well" : result.found().size() + " failed",
                result.simulated().toMillis() / 3_600_000.0, seconds));
        result.trace().ifPresent(trace -> out.println("trace: " + trace));
    }

    private static void printSteps(Fuzzer.Plan plan, Fuzzer.Found found, PrintWriter out) {
        if (found.kept().size() == plan.steps()) {
            out.println("  with all of its steps: replay it to have them shrunk");
            return;
        }
        out.println("  with these steps of " + plan.steps() + ":");
        for (int i = 0; i < found.kept().size(); i++)
            out.println("    " + found.kept().get(i) + ": " + told(found.steps().get(i)));
    }

    private static String told(Timed timed) {
        return timed.step() + ", then " + timed.thenMillis() + " ms";
    }

    /** The command that does the same again. */
    static String replay(Fuzzer.Plan plan, Fuzzer.Found found) {
        String command = "./fulgurite fuzz --seed " + found.seed() + " --steps " + plan.steps();
        if (found.kept().size() == plan.steps()) return command;
        return command + " --only "
                + found.kept().stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static String json(Fuzzer.Plan plan, Fuzzer.Result result, double seconds) {
        ObjectNode json = JSON.createObjectNode();
        json.put("firstSeed", plan.first())
                .put("seeds", plan.seeds())
                .put("steps", plan.steps())
                .put("simulatedSeconds", result.simulated().toMillis() / 1000.0)
                .put("realSeconds", seconds);
        result.trace().ifPresent(trace -> json.put("trace", trace));
        ObjectNode counts = json.putObject("counts");
        result.tally().counts().forEach(counts::put);
        ArrayNode failures = json.putArray("failures");
        for (Fuzzer.Found found : result.found()) {
            ObjectNode failure = failures.addObject()
                    .put("seed", found.seed())
                    .put("rule", found.failure().rule())
                    .put("explanation", found.failure().sentence())
                    .put("replay", replay(plan, found));
            ArrayNode steps = failure.putArray("steps");
            found.steps().forEach(step -> steps.add(told(step)));
        }
        return json.toPrettyString();
    }
}
