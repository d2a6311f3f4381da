package fulgurite.node.api;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.meter.Meters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A node's figures, as Prometheus reads them. What happens (payments, blocks) is counted as it happens; what is (peers,
 * channels, the chain) is looked at when it is asked for. No figure and no label is a secret.
 */
final class NodeMetrics {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final List<String> DISPATCHERS = List.of("akka.actor.default-dispatcher",
            "akka.actor.default-blocking-io-dispatcher", "akka.persistence.dispatchers.default-plugin-dispatcher",
            "akka.persistence.dispatchers.default-replay-dispatcher");
    private final NodeService node;
    private final PrometheusMeterRegistry registry;
    private final MultiGauge channels;
    private final MultiGauge balances;
    private final MultiGauge peers;
    private final MultiGauge chain;
    private final AtomicLong lastBlockMillis;

    private NodeMetrics(NodeService node, PrometheusMeterRegistry registry) {
        this.node = node;
        this.registry = registry;
        this.channels = gauges("fulgurite.channels", "channels by their state, and whether their peer is connected");
        this.balances = gauges("fulgurite.channels.balance.msat", "millisatoshis in channels, by their side");
        this.peers = gauges("fulgurite.peers", "peers that are known, by whether they are connected");
        this.chain = gauges("fulgurite.chain", "the chain: height that was read, blocks behind, reachable (0 or 1)");
        this.lastBlockMillis = new AtomicLong(registry.config().clock().wallTime());
    }

    /** Begins to count. */
    static NodeMetrics of(ActorSystem<?> system, NodeService node) {
        PrometheusMeterRegistry registry = Meters.of(system).registry();
        var metrics = new NodeMetrics(node, registry);
        metrics.watch(system);
        node.subscribe(metrics::count);
        return metrics;
    }

    private MultiGauge gauges(String name, String about) {
        return MultiGauge.builder(name).description(about).register(registry);
    }

    private void watch(ActorSystem<?> system) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("fulgurite.chain.quiet.seconds", this::quietSeconds)
                .description("since the last block, or since the start")
                .register(registry);
        for (String dispatcher : DISPATCHERS) {
            Executor executor = system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
            Timer delay = Timer.builder("fulgurite.dispatcher.delay")
                    .description("how long a task waits for a thread, looked at once a second")
                    .tag("dispatcher", dispatcher)
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
            system.scheduler().scheduleWithFixedDelay(LOOK, LOOK, () -> {
                Timer.Sample waiting = Timer.start(registry);
                executor.execute(() -> waiting.stop(delay));
            }, system.executionContext());
        }
        for (boolean outgoing : List.of(true, false))
            for (PaymentState result : PaymentState.values())
                if (outgoing || result == PaymentState.SUCCEEDED) payments(outgoing, result);
    }

    private double quietSeconds() {
        return (registry.config().clock().wallTime() - lastBlockMillis.get()) / 1000.0;
    }

    private Timer payments(boolean outgoing, PaymentState state) {
        return Timer.builder("fulgurite.payments")
                .description("payments that were begun (pending, no time) or have ended, and how long they took")
                .tag("direction", outgoing ? "outgoing" : "incoming")
                .tag("result", state.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofMillis(500),
                        Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(1))
                .register(registry);
    }

    private void count(NodeService.Event event) {
        switch (event) {
            case NodeService.PaymentEvent payment -> payments(payment.outgoing(), payment.state())
                    .record(Duration.ofMillis(payment.tookMs().orElse(0L)));
            case NodeService.BlockEvent block -> lastBlockMillis.set(registry.config().clock().wallTime());
            case NodeService.PeerEvent peer -> registry
                    .counter("fulgurite.peers.lines", "change", peer.connected() ? "opened" : "ended")
                    .increment();
            case NodeService.ChannelEvent channel -> registry.counter("fulgurite.channels.changes").increment();
        }
    }

    /** In Prometheus's text format. What cannot be looked at now is left out. */
    CompletionStage<String> scrape() {
        CompletableFuture<?> looked = CompletableFuture.allOf(
                look(node.channels(), List.of(), this::showChannels),
                look(node.peers(), List.of(), this::showPeers),
                node.chain().handle((found, failure) -> {
                    chain.register(failure == null ? rows(found) : List.of(), true);
                    return found;
                }).toCompletableFuture());
        return looked.thenApply(done -> registry.scrape());
    }

    private static <T> CompletableFuture<?> look(CompletionStage<List<T>> asked, List<T> otherwise,
            Consumer<List<T>> show) {
        return asked.handle((found, failure) -> {
            show.accept(failure == null ? found : otherwise);
            return found;
        }).toCompletableFuture();
    }

    private void showChannels(List<NodeService.Channel> found) {
        SortedMap<String, SortedMap<Boolean, Integer>> counts = new TreeMap<>();
        long ours = 0;
        long theirs = 0;
        for (NodeService.Channel channel : found) {
            counts.computeIfAbsent(channel.state(), state -> new TreeMap<>())
                    .merge(channel.connected(), 1, Integer::sum);
            ours += channel.ours().msat();
            theirs += channel.theirs().msat();
        }
        var rows = new ArrayList<Row<?>>();
        counts.forEach((state, byLine) -> byLine.forEach((connected, count) -> rows.add(
                Row.of(Tags.of("state", state, "connected", Boolean.toString(connected)), count))));
        channels.register(rows, true);
        balances.register(List.of(Row.of(Tags.of("side", "ours"), ours), Row.of(Tags.of("side", "theirs"), theirs)),
                true);
    }

    private void showPeers(List<NodeService.Peer> found) {
        long connected = found.stream().filter(NodeService.Peer::connected).count();
        peers.register(List.of(Row.of(Tags.of("connected", "true"), connected),
                Row.of(Tags.of("connected", "false"), found.size() - connected)), true);
    }

    private static List<Row<?>> rows(NodeService.Chain found) {
        var rows = new ArrayList<Row<?>>();
        rows.add(Row.of(Tags.of("what", "reachable"), found.reachable() ? 1 : 0));
        rows.add(Row.of(Tags.of("what", "blocks_behind"), found.blocksBehind()));
        found.blockHeight().ifPresent(height -> rows.add(Row.of(Tags.of("what", "height"), height.height())));
        return rows;
    }
}
