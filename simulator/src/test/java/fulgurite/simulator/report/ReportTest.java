package fulgurite.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.check.BrokenInvariant;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final SimulationReport REPORT = new SimulationReport(7,
            new SimulationReport.Network(50, 95, new Satoshi(1_000_000), 109, new Satoshi(5_000)),
            new SimulationReport.Payments(10, 8, new TreeMap<>(Map.of("no route", 2)), new MilliSatoshi(1_234_567),
                    new MilliSatoshi(1_500), new MilliSatoshi(7), new TreeMap<>(Map.of(1, 5, 2, 3)), 12),
            Duration.ofMillis(5_025_500), Duration.ofMillis(1_250), "ab".repeat(32), 99,
            List.of(new BrokenInvariant.MoneyNotConserved(new MilliSatoshi(2), new MilliSatoshi(1))));

    @Test
    void people_read_counts_amounts_and_what_is_broken() {
        var text = new StringWriter();
        TextReport.print(REPORT, new PrintWriter(text));
        assertThat(text.toString()).contains("10, 8 succeeded (80.0 %), 12 attempts", "2 failed: no route",
                "1,234.567 sat", "1.500 sat, median 0.007 sat; on chain 5,000.000 sat",
                "1 h 23 min 45.5 s simulated in 1.3 s", "broken      money-conserved: ").doesNotContain("all hold");
        assertThat(text.toString().lines().toList().getLast()).isEqualTo("trace: " + "ab".repeat(32));
    }

    @Test
    void programs_read_the_same() throws Exception {
        var json = new ObjectMapper().readTree(JsonReport.of(REPORT));
        assertThat(json.at("/payments/succeeded").asInt()).isEqualTo(8);
        assertThat(json.at("/payments/failures/no route").asInt()).isEqualTo(2);
        assertThat(json.at("/payments/hops/2").asInt()).isEqualTo(3);
        assertThat(json.at("/payments/medianFeeMsat").asLong()).isEqualTo(7);
        assertThat(json.at("/simulatedSeconds").asDouble()).isEqualTo(5025.5);
        assertThat(json.at("/brokenInvariants/0/rule").asText()).isEqualTo("money-conserved");
        assertThat(json.at("/trace").asText()).isEqualTo("ab".repeat(32));
    }

    @Test
    void reasons_are_counted_without_amounts_and_names() {
        assertThat(FailureReasons.withoutNames("no channel can send 12,345.6 sat over 103x1x0 to 02" + "ab".repeat(32)))
                .isEqualTo("no channel can send … sat over … to …");
    }
}
