package fulgurite.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.cli.JournalCommand;
import fulgurite.protocol.units.MilliSatoshi;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Alice pays bob through carol, each a process of its own, and one of them is killed while payments are on their way.
 * Started again on the same data, it must lose nothing: every payment ends, the payee was paid exactly where the payer
 * has the preimage, no HTLC stays, and no millisatoshi is made or lost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashTest {
    private static final int PAYMENTS = 100;
    private static final int IN_FLIGHT = 8;
    private static final MilliSatoshi AMOUNT = new MilliSatoshi(10_000_123);

    private ProcessNetwork network;
    private PaymentRounds rounds;

    @BeforeAll
    void build(@TempDir Path home) throws IOException {
        network = new ProcessNetwork(home);
        rounds = new PaymentRounds(network, AMOUNT, IN_FLIGHT);
        for (String name : PaymentRounds.NAMES) network.start(name);
        rounds.open();
    }

    @AfterAll
    void leave() {
        network.close();
    }

    @Order(1)
    @ParameterizedTest
    @CsvSource({"carol, 20", "bob, 35", "alice, 50"})
    void a_node_that_is_killed_while_payments_run_loses_nothing(String victim, int killedAfter) throws Exception {
        int succeeded = rounds.round(PAYMENTS, List.of(killedAfter), rounds.on(List.of(victim))).succeeded();
        // Those that were on their way may fail, and those that found the channel away; the others not.
        assertThat(succeeded).isGreaterThanOrEqualTo(PAYMENTS - 2 * IN_FLIGHT);
    }

    /** For a soak: {@code -Dfulgurite.crashes=100} kills one node or several, a hundred times, at random moments. */
    @Order(2)
    @Test
    void random_kills_lose_nothing() throws Exception {
        int kills = Integer.getInteger("fulgurite.crashes", 0);
        assumeTrue(kills > 0);
        long seed = Long.getLong("fulgurite.seed", 1);
        for (int i = 0; i < kills; i++) {
            var random = new SplittableRandom(seed + i);
            var victims = new ArrayList<String>();
            for (String name : PaymentRounds.NAMES) if (random.nextInt(5) < 2) victims.add(name);
            if (victims.isEmpty()) victims.add("bob");
            if (victims.equals(List.of("carol"))) victims.add("alice");
            rounds.round(60, List.of(random.nextInt(1, 40)), rounds.on(victims));
        }
    }

    @Order(3)
    @Test
    void the_journals_tell_the_state_that_was_live() throws Exception {
        SortedMap<String, List<String>> expected = new TreeMap<>();
        for (String name : PaymentRounds.NAMES) expected.put(name, balances(name));
        for (String name : PaymentRounds.NAMES) assertThat(network.node(name).stop()).as(name + " stops").contains(0);

        for (String name : PaymentRounds.NAMES) {
            Path data = network.node(name).directory();
            String listed = journal("list", "--data", data.toString());
            assertThat(listed.lines().toList()).hasSameSizeAs(expected.get(name));
            for (String balance : expected.get(name)) assertThat(listed).contains(balance);
            for (int index = 0; index < expected.get(name).size(); index++)
                assertThat(journal("replay", name + "/" + index, "--data", data.toString())).contains("after event");
        }
    }

    private static String journal(String... arguments) {
        var out = new StringWriter();
        int exit = new CommandLine(new JournalCommand()).setOut(new PrintWriter(out)).execute(arguments);
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }

    /** As the journal's list shows them. */
    private List<String> balances(String name) {
        var shown = new ArrayList<String>();
        for (JsonNode channel : network.node(name).ask("channels"))
            shown.add("normal, " + channel.path("channel_id").asText().substring(0, 16) + "…, ours "
                    + new MilliSatoshi(channel.path("ours_msat").asLong()) + ", theirs "
                    + new MilliSatoshi(channel.path("theirs_msat").asLong()));
        return shown;
    }
}
