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

class NodeServiceTest {
    private static final Satoshi BITCOIN = new Satoshi(100_000_000);
    private static final MilliSatoshi AMOUNT = new MilliSatoshi(25_000_123);

    @TempDir
    Path directory;

    private Village village;

    @BeforeEach
    void build() {
        village = new Village(directory);
    }

    @AfterEach
    void leave() {
        village.close();
    }

    @Test
    void two_nodes_open_a_channel_and_pay_each_other() {
        village.start("alice");
        village.start("bob");
        village.fund("alice", BITCOIN);

        var channel = village.open("alice", "bob", new Satoshi(10_000_000), new Satoshi(2_000_000));
        var sent = await(village.node("alice").send(village.id("bob"), AMOUNT));
        var invoice = await(village.node("alice").invoice(Optional.of(AMOUNT), "back", Duration.ofHours(1)));
        var paid = await(village.node("bob").pay(invoice.bolt11(), Optional.empty()));

        assertThat(sent.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        assertThat(paid.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        assertThat(paid.fee()).isEqualTo(MilliSatoshi.ZERO);
        until("balances are back", () -> village.channel("bob", channel)
                .orElseThrow()
                .ours()
                .equals(new Satoshi(2_000_000).toMilliSatoshi()));
    }

    @Test
    void three_nodes_pay_through_the_one_in_the_middle() {
        for (String name : new String[]{"alice", "bob", "carol"}) village.start(name);
        village.fund("alice", BITCOIN);
        village.fund("carol", BITCOIN);
        var first = village.open("alice", "carol", new Satoshi(10_000_000), Satoshi.ZERO);
        var second = village.open("carol", "bob", new Satoshi(10_000_000), Satoshi.ZERO);
        village.awaitWay("alice", "bob", AMOUNT);

        var invoice = await(village.node("bob").invoice(Optional.of(AMOUNT), "coffee", Duration.ofHours(1)));
        var payment = await(village.node("alice").pay(invoice.bolt11(), Optional.empty()));

        assertThat(payment.failure()).isEmpty();
        assertThat(payment.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        assertThat(payment.fee()).isEqualTo(new MilliSatoshi(1000 + AMOUNT.msat() * 100 / 1_000_000));
        assertThat(payment.attempts().getLast().hops()).hasSize(2);
        until("bob has it",
                () -> village.channel("bob", second).orElseThrow().ours().equals(AMOUNT));
        until("carol has the fee", () -> village.channel("carol", first)
                .orElseThrow()
                .ours()
                .equals(AMOUNT.plus(payment.fee())));
    }
}
