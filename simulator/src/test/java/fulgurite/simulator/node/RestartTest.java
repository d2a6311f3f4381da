package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node knew before it stopped it knows again, and goes on with it. */
class RestartTest {
    private static final Satoshi BITCOIN = new Satoshi(100_000_000);
    private static final MilliSatoshi AMOUNT = new MilliSatoshi(25_000_123);

    @TempDir
    Path directory;

    private Village village;

    @BeforeEach
    void build() {
        village = new Village(directory);
        for (String name : new String[]{"alice", "bob", "carol"}) village.start(name);
        village.fund("alice", BITCOIN);
        village.fund("carol", BITCOIN);
    }

    @AfterEach
    void leave() {
        village.close();
    }

    @Test
    void after_a_restart_channels_routes_and_payments_are_there_and_go_on() {
        var first = village.open("alice", "carol", new Satoshi(10_000_000), Satoshi.ZERO);
        village.open("carol", "bob", new Satoshi(10_000_000), Satoshi.ZERO);
        village.awaitWay("alice", "bob", AMOUNT);
        var before = await(village.node("alice").send(village.id("bob"), AMOUNT));
        assertThat(before.failure()).isEmpty();
        until("alice's channel rests", () -> village.channel("alice", first).orElseThrow().htlcsOut() == 0);
        var old = village.channel("alice", first).orElseThrow();
        var invoice = await(village.node("bob").invoice(Optional.of(AMOUNT), "later", Duration.ofHours(1)));

        for (String name : new String[]{"alice", "carol", "bob"}) {
            village.stop(name);
            village.start(name);
        }
        until("alice is connected again", () -> village.channel("alice", first).orElseThrow().connected());

        var same = village.channel("alice", first).orElseThrow();
        assertThat(same.ours()).isEqualTo(old.ours());
        assertThat(same.theirs()).isEqualTo(old.theirs());
        assertThat(await(village.node("alice").payments())).singleElement()
                .satisfies(payment -> assertThat(payment).isEqualTo(before));
        assertThat(await(village.node("alice").network()).channels()).isEqualTo(2);
        until("carol reaches bob", () -> await(village.node("carol").channels()).stream()
                .allMatch(NodeService.Channel::connected));
        var paid = await(village.node("alice").pay(invoice.bolt11(), Optional.empty()));
        assertThat(paid.failure()).isEmpty();
        assertThat(paid.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
    }

    @Test
    void a_payment_on_its_way_to_a_stopped_node_fails_cleanly_or_arrives_when_it_is_back() {
        village.open("alice", "carol", new Satoshi(10_000_000), Satoshi.ZERO);
        var second = village.open("carol", "bob", new Satoshi(10_000_000), Satoshi.ZERO);
        village.awaitWay("alice", "bob", AMOUNT);
        var bob = village.id("bob");
        village.stop("bob");
        until("carol notices", () -> !village.channel("carol", second).orElseThrow().connected());

        var failed = await(village.node("alice").send(bob, AMOUNT));
        assertThat(failed.state()).isEqualTo(NodeService.PaymentState.FAILED);
        assertThat(failed.failure()).isPresent();

        village.start("bob");
        until("carol reaches bob", () -> village.channel("carol", second).orElseThrow().connected());
        assertThat(await(village.node("alice").send(bob, AMOUNT)).state())
                .isEqualTo(NodeService.PaymentState.SUCCEEDED);
    }
}
