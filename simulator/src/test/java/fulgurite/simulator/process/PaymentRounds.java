package fulgurite.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.cli.RpcClient;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Alice pays bob through carol, each a process of its own, from several callers at once, and something is struck while
 * payments are on their way. Then nothing may be lost: every payment ends, the payee was paid exactly where the payer
 * has the preimage, no HTLC stays, and no millisatoshi is made or lost.
 */
final class PaymentRounds {
    static final List<String> NAMES = List.of("alice", "bob", "carol");
    /** Of either side in each of the two channels, at first. */
    static final Satoshi HALF = new Satoshi(10_000_000);
    private static final Satoshi BITCOIN = new Satoshi(100_000_000);

    private final ProcessNetwork network;
    private final MilliSatoshi amount;
    private final int inFlight;

    /** What is done in the middle of the payments, and how much of it the callers wait for. */
    interface Strike {
        /** Kills; payments are on their way. @throws Exception when that cannot be done */
        void kill() throws Exception;

        /** Starts again what was killed and waits until it serves. @throws Exception when that cannot be done */
        void raise() throws Exception;

        /** Whether new payments wait for the end of it. */
        boolean isRested();
    }

    /** Of one round. @param reasons of those that failed, each with how many */
    record Outcome(int succeeded, SortedMap<String, Integer> reasons) {
        int failed() {
            return reasons.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    PaymentRounds(ProcessNetwork network, MilliSatoshi amount, int inFlight) {
        this.network = network;
        this.amount = amount;
        this.inFlight = inFlight;
    }

    /** Channels from alice and from bob to carol, once all three nodes have been started. */
    void open() {
        for (String name : NAMES) network.until(name + " answers", network.node(name)::isAlive);
        network.fund("alice", BITCOIN);
        network.fund("bob", BITCOIN);
        network.open("alice", "carol", HALF, HALF);
        network.open("bob", "carol", HALF, HALF);
        network.mine(6);
        awaitUsable();
        network.until("alice knows the way",
                () -> network.node("alice").ask("network").path("channels").asInt() == 2);
    }

    /** A node that dies, and others with it. */
    Strike on(List<String> victims) {
        return new Strike() {
            @Override
            public void kill() {
                for (String victim : victims) network.node(victim).kill();
            }

            @Override
            public void raise() {
                for (String victim : victims) network.node(victim).start();
                for (String victim : victims) network.until(victim + " answers again", network.node(victim)::isAlive);
                if (!victims.equals(List.of("carol"))) reconnect();
                awaitUsable();
            }

            @Override
            public boolean isRested() {
                return true;
            }
        };
    }

    /** @param times after how many payments it is struck, once for each */
    Outcome round(int payments, List<Integer> times, Strike strike) throws Exception {
        List<JsonNode> invoices = invoices(payments);
        new Payments(invoices).run(times, strike);
        network.until("every payment ends", () -> pending() == 0);
        network.until("no HTLC is pending", this::isQuiet);

        SortedMap<String, JsonNode> made = byHash("alice", true);
        SortedMap<String, JsonNode> received = byHash("bob", false);
        int succeeded = 0;
        SortedMap<String, Integer> reasons = new TreeMap<>();
        for (JsonNode invoice : invoices) {
            String hash = invoice.path("payment_hash").asText();
            assertThat(made).as("started").containsKey(hash);
            JsonNode payment = made.get(hash);
            boolean isPaid = payment.path("state").asText().equals("succeeded");
            assertThat(received.containsKey(hash)).as("%s", payment).isEqualTo(isPaid);
            if (isPaid) succeeded++;
            else reasons.merge(payment.path("failure").asText(), 1, Integer::sum);
        }
        assertMoneyIsConserved();
        return new Outcome(succeeded, reasons);
    }

    private List<JsonNode> invoices(int count) {
        var invoices = new ArrayList<JsonNode>();
        for (int i = 0; i < count; i++)
            invoices.add(network.node("bob").ask("invoice", Map.of("amount_msat", amount.msat())));
        return invoices;
    }

    /** As a person may: nodes dial a peer that ended often less and less often. */
    private void reconnect() {
        String uri = network.node("carol").ask("info").path("uri").asText();
        for (String name : List.of("alice", "bob")) network.node(name).ask("connect", Map.of("uri", uri));
    }

    void awaitUsable() {
        for (String name : NAMES) network.until("channels of " + name, () -> network.isUsable(name));
    }

    /** Payments by several callers at once, each of which tries again what a killed node did not answer. */
    private final class Payments {
        private final Queue<JsonNode> left;
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicBoolean away = new AtomicBoolean();
        private final AtomicBoolean resting = new AtomicBoolean();

        Payments(List<JsonNode> invoices) {
            this.left = new ConcurrentLinkedQueue<>(invoices);
        }

        void run(List<Integer> times, Strike strike) throws Exception {
            try (var callers = Executors.newFixedThreadPool(inFlight)) {
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < inFlight; i++) running.add(callers.submit(this::payAll));
                try {
                    for (int time : times) strike(time, strike, running);
                } finally {
                    away.set(false);
                    resting.set(false);
                }
                for (Future<?> one : running) one.get();
            }
        }

        private void strike(int time, Strike strike, List<Future<?>> running) throws Exception {
            network.until(time + " payments have ended", () -> {
                for (Future<?> one : running) if (one.isDone()) failed(one);
                return done.get() >= time;
            });
            away.set(true);
            strike.kill();
            // Nobody rests before: at the stroke, payments are on their way.
            resting.set(strike.isRested());
            strike.raise();
            away.set(false);
            resting.set(false);
        }

        private static void failed(Future<?> one) {
            try {
                one.get();
            } catch (ExecutionException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void payAll() {
            for (JsonNode next = left.poll(); next != null; next = left.poll()) {
                network.until("everybody is here", () -> !resting.get());
                pay(next);
                done.incrementAndGet();
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
        long received = byHash("bob", false).size() * amount.msat();
        for (String name : NAMES) {
            long ours = 0;
            for (JsonNode channel : network.node(name).ask("channels")) {
                assertThat(channel.path("state").asText()).isEqualTo("normal");
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
}
