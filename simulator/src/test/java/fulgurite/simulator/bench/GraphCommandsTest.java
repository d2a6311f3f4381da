package fulgurite.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that read graphs, as a person who looks for a mistake of their own would use them. */
class GraphCommandsTest {
    private static final String[] SMALL = {"--nodes", "60", "--channels", "240"};
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static String[] with(String[] first, String... more) {
        return Stream.of(first, more).flatMap(Arrays::stream).toArray(String[]::new);
    }

    @Test
    void the_bench_of_routes_prints_the_fields_that_programs_read() throws IOException {
        assertThat(run(new RouteBenchCommand(), with(SMALL, "--queries", "50", "--json"))).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/queries").asInt()).isEqualTo(50);
        assertThat(json.at("/found").asInt()).isBetween(1, 50);
        assertThat(json.at("/algorithm").asText()).isNotEmpty();
        assertThat(json.at("/median_ms").asDouble()).isPositive();
        assertThat(json.at("/p99_ms").asDouble()).isGreaterThanOrEqualTo(json.at("/median_ms").asDouble());
        assertThat(json.at("/routes_per_cpu_second").asDouble()).isPositive();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void the_bench_of_success_prints_a_row_for_each_algorithm_and_refuses_others() throws IOException {
        String[] little = with(SMALL, "--payments", "20", "--payers", "5", "--json");
        assertThat(run(new SuccessBenchCommand(), with(little, "--algorithms", "dijkstra,probabilistic"))).isZero();
        JsonNode rows = new ObjectMapper().readTree(out.toString()).at("/algorithms");
        assertThat(rows.findValuesAsText("algorithm")).containsExactly("dijkstra", "probabilistic");
        assertThat(rows.findValuesAsText("payments")).containsExactly("20", "20");
        assertThat(run(new SuccessBenchCommand(), with(little, "--algorithms", "probabilistic,fastest"))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("probabilistic, dijkstra, flow", "got fastest");
    }

    @Test
    void a_file_that_is_not_there_or_no_graph_is_named_with_what_is_wrong(@TempDir Path directory) throws IOException {
        String none = directory.resolve("nothing").toString();
        assertThat(run(new RouteBenchCommand(), "--import", none)).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read " + none + ": there is no such file").doesNotContain("\tat ");
        String text = Files.writeString(directory.resolve("text"), "some words").toString();
        assertThat(run(new GraphCommand(), "--import", text)).isEqualTo(2);
        assertThat(err.toString()).contains("of no form that is known", "has no channel that can be read");
        assertThat(run(new GraphCommand(), "--import", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("has no channel that can be read").doesNotContain("\tat ");
    }

    @Test
    @Timeout(30)
    void a_graph_on_which_nobody_can_pay_is_refused_and_not_searched_for_ever(@TempDir Path directory)
            throws IOException {
        String small = directory.resolve("small.json").toString();
        assertThat(run(new GraphCommand(), "--nodes", "6", "--channels", "5", "--export", small)).isZero();
        assertThat(run(new SuccessBenchCommand(), "--import", small)).isEqualTo(2);
        assertThat(err.toString()).contains("fewer than two nodes with 5 channels");
        String oneWay = Files.writeString(directory.resolve("one-way.csv"), """
                id,channel_id,from_node_id,to_node_id,balance,fee_base,fee_proportional,min_htlc,timelock
                0,1,1,2,1000000,0,0,0,9
                """).toString();
        assertThat(run(new RouteBenchCommand(), "--import", oneWay)).isEqualTo(2);
        assertThat(err.toString()).contains("fewer than two nodes that could pay and be paid");
    }

    @Test
    void a_file_that_cannot_be_written_and_numbers_without_sense_are_refused(@TempDir Path directory) {
        String nowhere = directory.resolve("no/where.json").toString();
        assertThat(run(new GraphCommand(), with(SMALL, "--export", nowhere))).isEqualTo(2);
        assertThat(err.toString()).contains("cannot write", "no such file or directory");
        assertThat(run(new RouteBenchCommand(), with(SMALL, "--queries", "0"))).isEqualTo(2);
        assertThat(err.toString()).contains("--queries must be 1 or more, got 0");
        assertThat(run(new RouteBenchCommand(), "--nodes", "1")).isEqualTo(2);
        assertThat(run(new RouteBenchCommand(), "--nodes", "many")).isEqualTo(2);
        assertThat(err.toString()).contains("--nodes");
        assertThat(run(new SuccessBenchCommand(), with(SMALL, "--least", "9", "--most", "8"))).isEqualTo(2);
        assertThat(err.toString()).contains("--most not below --least");
    }
}
