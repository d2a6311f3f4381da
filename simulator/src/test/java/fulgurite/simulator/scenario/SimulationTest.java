package fulgurite.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.simulator.report.SimulationReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int NODES = 6;
    private static final int PAYMENTS = 20;

    private static SimulationReport run(SimulationSettings settings) {
        return Simulation.run(settings, reached -> {}, () -> 0);
    }

    @Test
    void one_seed_gives_one_trace_in_two_jvms_and_another_seed_another() throws IOException, InterruptedException {
        SimulationReport here = run(SimulationSettings.of(NODES, PAYMENTS, 7));
        JsonNode there = inNewJvm(7);

        assertThat(there.get("trace").asText()).isEqualTo(here.trace());
        assertThat(there.get("traceEntries").asLong()).isEqualTo(here.traced()).isGreaterThan(1_000);
        assertThat(there.get("payments").get("feesMsat").asLong()).isEqualTo(here.payments().fees().msat());
        assertThat(run(SimulationSettings.of(NODES, PAYMENTS, 8)).trace()).isNotEqualTo(here.trace());
    }

    @Test
    void nodes_of_a_ring_pay_each_other_and_no_invariant_breaks() {
        SimulationReport report = run(new SimulationSettings(NODES, PAYMENTS, 3, 0, Duration.ofMillis(100),
                List.of("flow", "dijkstra", "probabilistic")));

        assertThat(report.broken()).isEmpty();
        assertThat(report.network().channels()).isEqualTo(NODES);
        assertThat(report.payments().succeeded()).isGreaterThan(PAYMENTS / 2);
        assertThat(report.payments().succeeded() + failures(report)).isEqualTo(PAYMENTS);
        assertThat(report.payments().hops()).hasSizeGreaterThan(1);
        assertThat(report.payments().fees().isZero()).isFalse();
    }

    @Test
    void two_nodes_have_one_channel_and_need_no_payments() {
        SimulationReport report = run(SimulationSettings.of(2, 0, 1));

        assertThat(report.broken()).isEmpty();
        assertThat(report.network().channels()).isOne();
        assertThat(report.payments().tried()).isZero();
    }

    private static int failures(SimulationReport report) {
        return report.payments().failures().values().stream().mapToInt(Integer::intValue).sum();
    }

    private static JsonNode inNewJvm(long seed) throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", classPath, "fulgurite.simulator.Fulgurite"));
        command.addAll(List.of("sim", "--nodes", Integer.toString(NODES), "--payments", Integer.toString(PAYMENTS),
                "--seed", Long.toString(seed), "--json"));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var out = process.getInputStream()) {
            String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return new ObjectMapper().readTree(printed);
        } finally {
            process.destroyForcibly();
        }
    }
}
