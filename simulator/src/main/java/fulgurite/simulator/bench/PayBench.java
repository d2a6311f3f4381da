package fulgurite.simulator.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.cli.RpcClient;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.process.NodeJvm;
import fulgurite.simulator.process.PostgresServer;
import fulgurite.simulator.process.ProcessNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Payments between nodes in processes of their own, over TCP, each with its journal on disk: how many a second, how
 * long each takes, and what the nodes spend of their processors (a database server's time is not in it).
 *
 * <p>The payer's API is called once for each payment, over HTTP, and answers when the payment has ended; the invoices
 * are made before. The processes' time is all of theirs between the first call and the last answer.
 */
final class PayBench implements AutoCloseable {
    private static final Satoshi COINS = new Satoshi(100_000_000);
    private static final Satoshi CAPACITY = new Satoshi(95_000_000);
    /** More than dust: each payment is an output of the commitment, with a signature of its own. */
    private static final long AMOUNT_MSAT = 1_000_000;
    private static final int BLOCKS = 6;
    /** However few are measured at once: one after another, the JVMs would hardly have begun to compile. */
    private static final int WARMING_AT_ONCE = 50;
    private static final List<String> NAMES = List.of("payer", "hop", "payee");

    private final Plan plan;
    private final ProcessNetwork network;
    private final List<String> names;
    private final Consumer<String> progress;
    private final Optional<PostgresServer> database;

    /**
     * @param warmUp payments before the clock starts
     * @param hops channels that a payment takes, 1 or 2
     * @param options of each node
     */
    record Plan(int payments, int warmUp, int inFlight, int hops, Journal journal, List<String> options) {}

    /** Where the nodes write: an H2 file of each, or one PostgreSQL server of the bench's own for all. */
    enum Journal {
        H2, POSTGRESQL
    }

    /** @param cpu of all nodes together; @param nanos of each payment that succeeded, sorted */
    record Result(int succeeded, int failed, Duration took, Duration cpu, long[] nanos, List<String> failures) {
        double perSecond() {
            return succeeded / (took.toNanos() / 1e9);
        }

        double cpuMillisEach() {
            return cpu.toNanos() / 1e6 / Math.max(1, succeeded + failed);
        }

        /** @param share of the payments that took no longer, such as 0.99 */
        double millis(double share) {
            if (nanos.length == 0) return Double.NaN;
            return nanos[Math.min(nanos.length - 1, (int) Math.ceil(nanos.length * share) - 1)] / 1e6;
        }
    }

    PayBench(Plan plan, Path home, Consumer<String> progress) throws IOException {
        this.plan = plan;
        this.progress = progress;
        this.network = new ProcessNetwork(home);
        this.database = plan.journal() == Journal.POSTGRESQL
                ? Optional.of(new PostgresServer(home.resolve("postgresql")))
                : Optional.empty();
        this.names = plan.hops() == 1 ? List.of(NAMES.getFirst(), NAMES.getLast()) : NAMES;
    }

    Result run() throws IOException {
        begin();
        progress.accept("making " + (plan.warmUp() + plan.payments()) + " invoices");
        Queue<String> first = invoices(plan.warmUp());
        Queue<String> counted = invoices(plan.payments());
        progress.accept("warming up with " + plan.warmUp() + " payments");
        pay(first, Math.max(plan.inFlight(), WARMING_AT_ONCE));
        progress.accept("paying " + plan.payments() + " times, " + plan.inFlight() + " at once");
        return pay(counted, plan.inFlight());
    }

    private void begin() throws IOException {
        Map<String, String> settings = database.map(server -> Map.of("FULGURITE_JOURNAL_URL", server.url()))
                .orElse(Map.of());
        for (String name : names) network.start(name, settings, NodeJvm.Machine.FULL, plan.options());
        for (String name : names) network.until(name + " answers", network.node(name)::isAlive);
        progress.accept("opening channels");
        for (int i = 0; i + 1 < names.size(); i++) {
            network.fund(names.get(i), COINS);
            network.open(names.get(i), names.get(i + 1), CAPACITY, Satoshi.ZERO);
        }
        network.mine(BLOCKS);
        for (String name : names) network.until(name + "'s channels are usable", () -> network.isUsable(name));
        int channels = names.size() - 1;
        network.until("the payer knows the channels", () -> network.node(names.getFirst())
                .ask("network")
                .path("channels")
                .asInt() >= channels);
    }

    private Queue<String> invoices(int count) {
        var bolt11 = new ConcurrentLinkedQueue<String>();
        var left = new AtomicInteger(count);
        RpcClient payee = network.node(names.getLast()).client();
        atOnce(8, () -> {
            while (left.decrementAndGet() >= 0)
                bolt11.add(payee.call("invoice", params(Map.of("amount_msat", Long.toString(AMOUNT_MSAT),
                        "description", "bench"))).path("bolt11").asText());
        });
        return bolt11;
    }

    private Result pay(Queue<String> invoices, int inFlight) {
        RpcClient payer = network.node(names.getFirst()).client();
        var took = new ConcurrentLinkedQueue<Long>();
        var failures = new ConcurrentLinkedQueue<String>();
        Duration cpuBefore = cpu();
        long begun = System.nanoTime();
        atOnce(inFlight, () -> {
            for (String bolt11 = invoices.poll(); bolt11 != null; bolt11 = invoices.poll()) {
                long asked = System.nanoTime();
                try {
                    JsonNode payment = payer.call("pay", params(Map.of("bolt11", bolt11)));
                    if (payment.path("state").asText().equals("succeeded")) took.add(System.nanoTime() - asked);
                    else failures.add(payment.path("failure").asText());
                } catch (RpcClient.CallFailed e) {
                    failures.add(e.getMessage());
                }
            }
        });
        var whole = Duration.ofNanos(System.nanoTime() - begun);
        long[] sorted = took.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(sorted.length, failures.size(), whole, cpu().minus(cpuBefore), sorted,
                failures.stream().distinct().limit(5).toList());
    }

    private Duration cpu() {
        Duration all = Duration.ZERO;
        for (String name : names) all = all.plus(network.node(name).cpu());
        return all;
    }

    private static ObjectNode params(Map<String, String> of) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        of.forEach(object::put);
        return object;
    }

    /** A task that calls a node. */
    private interface Calls {
        void run() throws RpcClient.CallFailed;
    }

    private static void atOnce(int threads, Calls calls) {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) all.add(executor.submit(() -> {
                calls.run();
                return null;
            }));
            for (Future<?> one : all) one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        network.close();
        if (database.isPresent()) database.get().close();
    }
}
