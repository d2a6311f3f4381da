package fulgurite.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new SimCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
            "--nodes, 1, nodes must be 2 to 1000",
            "--nodes, 1001, nodes must be 2 to 1000",
            "--nodes, many, Invalid value for option '--nodes'",
            "--payments, -1, payments must be 0 to 1000000",
            "--extra-channels, 11, extra-channels must be 0 to 10",
            "--interval, 0, interval between payments must be above zero",
            "--seed, x, Invalid value for option '--seed'"})
    void a_bad_value_is_refused_in_a_sentence(String option, String value, String message) {
        assertThat(run(option + "=" + value)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void help_documents_every_option() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--nodes", "--payments", "--seed", "--extra-channels", "--interval",
                "--json", "exit code is 1");
    }

    @Test
    void a_run_ends_with_its_trace() {
        assertThat(run("--nodes", "2", "--payments", "3")).isZero();
        assertThat(out.toString().strip().lines().toList().getLast()).matches("trace: [0-9a-f]{64}");
        assertThat(out.toString()).contains("3 of 3 payments ended", "invariants  all hold");
    }
}
