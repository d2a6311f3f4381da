package fulgurite.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.cli.JournalCommand;
import fulgurite.node.cli.RpcClient;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final List<String> NAMES = List.of("alice", "bob", "carol");
    private static final Satoshi BITCOIN = new Satoshi(100_000_000);
    private static final Satoshi HALF = new Satoshi(10_000_000);
    private static final int PAYMENTS = 100;
    private static final int IN_FLIGHT = 8;
    private static final MilliSatoshi AMOUNT = new MilliSatoshi(10_000_123);

    private ProcessNetwork network;

    @BeforeAll
    void build(@TempDir Path home) throws IOException {
        network = new ProcessNetwork(home);
        for (String name : NAMES) network.start(name);
        for (String name : NAMES) network.until(name + " answers", network.node(name)::isAlive);
        network.fund("alice", BITCOIN);
        network.fund("bob", BITCOIN);
        network.open("alice", "carol", HALF, HALF);
        network.open("bob", "carol", HALF, HALF);
        network.mine(6);
        for (String name : NAMES) network.until("channels of " + name, () -> network.isUsable(name));
        network.until("alice knows the way",
                () -> network.node("alice").ask("network").path("channels").asInt() == 2);
    }

    @AfterAll
    void leave() {
        network.close();
    }

    @Order(1)
    @ParameterizedTest
    @CsvSource({"carol, 20", "bob, 35", "alice, 50"})
    void a_node_that_is_killed_while_payments_run_loses_nothing(String victim, int killedAfter) throws Exception {
        int succeeded = round(PAYMENTS, List.of(victim), killedAfter);
        // Those that were on their way may fail, and those that found the channel away; the others not.
        assertThat(succeeded).isGreaterThanOrEqualTo(PAYMENTS - 2 * IN_FLIGHT);
    }

    /** For a soak: {@code -Dfulgurite.crashes=100} kills one node or several, a hundred times, at random moments. */
    @Order(2)
    @Test
    void random_kills_lose_nothing() throws Exception {
        int rounds = Integer.getInteger("fulgurite.crashes", 0);
        assumeTrue(rounds > 0);
        long seed = Long.getLong("fulgurite.seed", 1);
        for (int i = 0; i < rounds; i++) {
            var random = new SplittableRandom(seed + i);
            var victims = new ArrayList<String>();
            for (String name : NAMES) if (random.nextInt(5) < 2) victims.add(name);
            if (victims.isEmpty()) victims.add("bob");
            if (victims.equals(List.of("carol"))) victims.add("alice");
            round(60, victims, random.nextInt(1, 40));
        }
    }

    private int round(int payments, List<String> victims, int killedAfter) throws Exception {
        List<JsonNode> invoices = invoices(payments);
        new Payments(invoices).run(victims, killedAfter);
        network.until("every payment ends", () -> pending() == 0);
        network.until("no HTLC is pending", this::isQuiet);

        SortedMap<String, JsonNode> made = byHash("alice", true);
        SortedMap<String, JsonNode> received = byHash("bob", false);
        int succeeded = 0;
        for (JsonNode invoice : invoices) {
            String hash = invoice.path("payment_hash").asText();
            assertThat(made).as("started").containsKey(hash);
            JsonNode payment = made.get(hash);
            boolean isPaid = payment.path("state").asText().equals("succeeded");
            assertThat(received.containsKey(hash)).as("%s", payment).isEqualTo(isPaid);
            if (isPaid) succeeded++;
        }
        assertMoneyIsConserved();
        return succeeded;
    }

    @Order(3)
    @Test
    void the_journals_tell_the_state_that_was_live() throws Exception {
        SortedMap<String, List<String>> expected = new TreeMap<>();
        for (String name : NAMES) expected.put(name, balances(name));
        for (String name : NAMES) assertThat(network.node(name).stop()).as(name + " stops").contains(0);

        for (String name : NAMES) {
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

    private List<JsonNode> invoices(int count) {
        var invoices = new ArrayList<JsonNode>();
        for (int i = 0; i < count; i++)
            invoices.add(network.node("bob").ask("invoice", Map.of("amount_msat", AMOUNT.msat())));
        return invoices;
    }

    /** Payments by several callers at once, each of which tries again what the killed node did not answer. */
    private final class Payments {
        private final Queue<JsonNode> left;
        private final AtomicBoolean away = new AtomicBoolean();
        private final AtomicBoolean resting = new AtomicBoolean();

        Payments(List<JsonNode> invoices) {
            this.left = new ConcurrentLinkedQueue<>(invoices);
        }

        void run(List<String> victims, int killedAfter) throws ExecutionException, InterruptedException {
            var done = new CountDownLatch(killedAfter);
            try (var callers = Executors.newFixedThreadPool(IN_FLIGHT)) {
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < IN_FLIGHT; i++) running.add(callers.submit(() -> payAll(done)));
                done.await();
                away.set(true);
                for (String victim : victims) network.node(victim).kill();
                // Nobody rests before: when the node dies, payments are on their way.
                resting.set(true);
                if (!victims.contains("alice")) assertThat(pending()).as("on their way").isPositive();
                for (String victim : victims) network.node(victim).start();
                for (String victim : victims) network.until(victim + " answers again", network.node(victim)::isAlive);
                if (!victims.equals(List.of("carol"))) reconnect();
                for (String name : NAMES) network.until("channels of " + name, () -> network.isUsable(name));
                away.set(false);
                resting.set(false);
                for (Future<?> one : running) one.get();
            }
        }

        /** As a person may: nodes dial a peer that ended often less and less often. */
        private void reconnect() {
            String uri = network.node("carol").ask("info").path("uri").asText();
            for (String name : List.of("alice", "bob")) network.node(name).ask("connect", Map.of("uri", uri));
        }

        private void payAll(CountDownLatch done) {
            for (JsonNode next = left.poll(); next != null; next = left.poll()) {
                network.until("everybody is here", () -> !resting.get());
                pay(next);
                done.countDown();
            }
        }

        private void pay(JsonNode invoice) {
            String hash = invoice.path("payment_hash").asText();
            try {
                network.node("alice").call("pay", Map.of("bolt11", invoice.path("bolt11").asText()));
            } catch (RpcClient.CallFailed e) {
                network.until("everybody is here", () -> !away.get());
                if (!byHash("alice", true).containsKey(hash)) pay(invoice);
            }
        }
    }

    private long pending() {
        return byHash("alice", true).values()
                .stream()
                .filter(one -> one.path("state").asText().equals("pending"))
                .count();
    }

    private boolean isQuiet() {
        for (String name : NAMES)
            for (JsonNode channel : network.node(name).ask("channels"))
                if (channel.path("htlcs_out").asInt() + channel.path("htlcs_in").asInt() > 0) return false;
        return true;
    }

    private SortedMap<String, JsonNode> byHash(String name, boolean outgoing) {
        var found = new TreeMap<String, JsonNode>();
        for (JsonNode payment : network.node(name).ask("payments"))
            if (payment.path("outgoing").asBoolean() == outgoing)
                found.put(payment.path("payment_hash").asText(), payment);
        return found;
    }

    private void assertMoneyIsConserved() {
        SortedMap<String, JsonNode> sides = new TreeMap<>();
        long spent = byHash("alice", true).values()
                .stream()
                .filter(payment -> payment.path("state").asText().equals("succeeded"))
                .mapToLong(payment -> payment.path("amount_msat").asLong() + payment.path("fee_msat").asLong())
                .sum();
        long received = byHash("bob", false).size() * AMOUNT.msat();
        for (String name : NAMES) {
            long ours = 0;
            for (JsonNode channel : network.node(name).ask("channels")) {
                long capacity = channel.path("capacity_sat").asLong() * 1000;
                assertThat(channel.path("ours_msat").asLong() + channel.path("theirs_msat").asLong())
                        .isEqualTo(capacity);
                ours += channel.path("ours_msat").asLong();
                JsonNode other = sides.put(channel.path("channel_id").asText(), channel);
                if (other != null)
                    assertThat(channel.path("ours_msat").asLong()).isEqualTo(other.path("theirs_msat").asLong());
            }
            long before = HALF.toMilliSatoshi().msat();
            switch (name) {
                case "alice" -> assertThat(ours).isEqualTo(before - spent);
                case "bob" -> assertThat(ours).isEqualTo(before + received);
                default -> assertThat(ours).isEqualTo(2 * before + spent - received);
            }
        }
        assertThat(sides).hasSize(2);
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
