package fulgurite.simulator.demo;

import fulgurite.node.api.NodeService;
import fulgurite.node.journal.JournalStore;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the golden journals of the version of events that is written now: real nodes live through a few stories, and
 * what stands in their journals is copied byte by byte. Not a test, and run once for each version:
 *
 * <pre>mvn test -pl protocol,node,simulator -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest='Golden*Capture' -Dgolden.capture=$PWD/node/src/test/resources/journal/vN</pre>
 */
@EnabledIfSystemProperty(named = "golden.capture", matches = ".+")
class GoldenJournalsCapture {
    private static final Duration LONG = Duration.ofSeconds(120);
    @TempDir
    private Path directory;

    @Test
    void open_pay_both_ways_and_close_together() throws Exception {
        capture("mutual-close", (network, actions) -> {
            actions.open("alice", "bob", new Satoshi(10_000_000), new Satoshi(4_000_000), false);
            pay(network, "alice", "bob", 1_000_000_000);
            pay(network, "bob", "alice", 400_000_001);
            actions.close("alice", "bob", false);
            actions.mineQuietly(8);
        });
    }

    @Test
    void forward_a_payment_and_leave_the_channels_open() throws Exception {
        capture("forwarding", (network, actions) -> {
            actions.open("alice", "carol", new Satoshi(10_000_000), new Satoshi(4_000_000), false);
            actions.open("carol", "bob", new Satoshi(10_000_000), new Satoshi(4_000_000), false);
            Waiting.until(() -> {
                try {
                    get(network.node("alice").route(network.nodeId("bob"), new MilliSatoshi(5_000_000)));
                    return true;
                } catch (DemoException e) {
                    return false;
                }
            }, LONG, "a route");
            pay(network, "alice", "bob", 5_000_000);
        });
    }

    @Test
    void close_alone_while_the_peer_is_down() throws Exception {
        capture("force-close", (network, actions) -> {
            actions.open("alice", "bob", new Satoshi(10_000_000), new Satoshi(4_000_000), false);
            pay(network, "alice", "bob", 1_000_000_000);
            network.stop("bob");
            actions.close("alice", "bob", true);
            actions.mineQuietly(40);
            network.start("bob");
            actions.mineQuietly(10);
        });
    }

    @Test
    void publish_a_revoked_commitment_and_lose_it() throws Exception {
        capture("penalty", (network, actions) -> {
            actions.open("alice", "bob", new Satoshi(10_000_000), new Satoshi(1_000_000), false);
            pay(network, "alice", "bob", 2_000_000_000);
            pay(network, "alice", "bob", 1_000_000);
            actions.publishRevoked("alice", "bob");
            actions.mineQuietly(20);
        });
    }

    private interface Story {
        void live(DemoNetwork network, DemoActions actions);
    }

    private void capture(String name, Story story) throws Exception {
        DemoNetwork network = LocalNetwork.start(directory, List.of("alice", "bob", "carol"), line -> {});
        DemoActions actions = new DemoCommands(network, new PrintWriter(new StringWriter())).actions();
        for (String node : network.names()) network.fund(node, new Satoshi(100_000_000));
        actions.mineQuietly(1);
        story.live(network, actions);
        actions.awaitSettled();
        network.close();
        for (String node : List.of("alice", "bob", "carol")) write(name, node);
    }

    /** One file for each entity of the node: a line an event, its manifest and its bytes in base 64. */
    private void write(String story, String node) throws IOException, SQLException {
        var lines = new TreeMap<String, List<String>>();
        String url = "jdbc:h2:file:" + new JournalStore.H2File(directory.resolve(node)).file() + ";ACCESS_MODE_DATA=r";
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var rows = connection.createStatement().executeQuery("""
                        SELECT "persistence_id", "event_ser_manifest", "event_payload"
                        FROM "event_journal" ORDER BY "persistence_id", "sequence_number"
                        """)) {
            while (rows.next())
                lines.computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                        .add(rows.getString(2) + " " + Base64.getEncoder().encodeToString(rows.getBytes(3)));
        }
        Path target = Files.createDirectories(Path.of(System.getProperty("golden.capture")));
        for (var entity : lines.entrySet()) {
            String[] id = entity.getKey().split("\\|");
            String entityName = id[0] + (id.length > 2 ? id[2] : "");
            Files.write(target.resolve(story + "-" + node + "-" + entityName + ".journal"), entity.getValue());
        }
    }

    private static void pay(DemoNetwork network, String payer, String payee, long msat) {
        NodeService.Invoice invoice = get(network.node(payee)
                .invoice(Optional.of(new MilliSatoshi(msat)), "golden", Duration.ofHours(1)));
        NodeService.Payment payment = get(network.node(payer).pay(invoice.bolt11(), Optional.empty()));
        if (payment.state() != NodeService.PaymentState.SUCCEEDED)
            throw new DemoException("payment failed: " + payment.failure().orElse(""));
        Waiting.until(() -> noHtlcs(network, payer) && noHtlcs(network, payee), LONG, "the end of all HTLCs");
    }

    private static boolean noHtlcs(DemoNetwork network, String name) {
        return get(network.node(name).channels()).stream()
                .allMatch(channel -> channel.htlcsIn() + channel.htlcsOut() == 0);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return Waiting.await(stage, LONG, "a call");
    }
}
