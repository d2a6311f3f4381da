package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many payments at once, both ways, through the node in the middle. */
class ManyPaymentsTest {
    private static final int PAYMENTS = 200;
    private static final MilliSatoshi AMOUNT = new MilliSatoshi(10_000_000);

    @TempDir
    Path directory;

    private Village village;

    @BeforeEach
    void build() {
        village = new Village(directory);
        for (String name : new String[]{"alice", "bob", "carol"}) village.start(name);
        village.fund("alice", new Satoshi(100_000_000));
        village.fund("bob", new Satoshi(100_000_000));
    }

    @AfterEach
    void leave() {
        village.close();
    }

    @Test
    void all_arrive_and_no_millisatoshi_is_lost() {
        var first = village.open("alice", "carol", new Satoshi(10_000_000), new Satoshi(5_000_000));
        var second = village.open("bob", "carol", new Satoshi(10_000_000), new Satoshi(5_000_000));
        village.awaitWay("alice", "bob", AMOUNT);
        village.awaitWay("bob", "alice", AMOUNT);

        long start = System.nanoTime();
        var payments = new ArrayList<CompletionStage<NodeService.Payment>>();
        for (int i = 0; i < PAYMENTS; i++) {
            boolean forth = i % 2 == 0;
            payments.add(village.node(forth ? "alice" : "bob").send(village.id(forth ? "bob" : "alice"), AMOUNT));
        }
        for (var payment : payments) {
            NodeService.Payment done = await(payment);
            assertThat(done.failure()).isEmpty();
            assertThat(done.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        }
        System.out.printf("%d payments over two hops in %d ms%n", PAYMENTS, (System.nanoTime() - start) / 1_000_000);

        long fees = PAYMENTS * (1000 + AMOUNT.msat() * 100 / 1_000_000);
        until("everything has settled", () -> balance("alice", first) + balance("bob", second)
                + balance("carol", first) + balance("carol", second) == 20_000_000_000L
                && balance("carol", first) + balance("carol", second) == 10_000_000_000L + fees);
    }

    private long balance(String name, NodeService.Channel channel) {
        return village.channel(name, channel).orElseThrow().ours().msat();
    }
}
