package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingTest {
    private static final Satoshi BITCOIN = new Satoshi(100_000_000);
    private static final Satoshi FUNDING = new Satoshi(50_000_000);
    private static final Satoshi PUSH = new Satoshi(20_000_000);

    @TempDir
    Path directory;

    private Village village;

    @BeforeEach
    void build() {
        village = new Village(directory);
        village.start("alice");
        village.start("bob");
        village.fund("alice", BITCOIN);
    }

    @AfterEach
    void leave() {
        village.close();
    }

    private static long total(NodeService.Balance balance) {
        return balance.onChainConfirmed().sat() + balance.onChainUnconfirmed().sat();
    }

    @Test
    void a_mutual_close_pays_both_wallets() {
        var channel = village.open("alice", "bob", FUNDING, PUSH);

        var closing = await(village.node("alice").close(channel.channelId(), false));
        village.mine(1);

        assertThat(closing.mutual()).isTrue();
        // The one whose transaction confirms has paid for it.
        until("bob has his money", () -> total(await(village.node("bob").balance())) > PUSH.sat() - 10_000);
        until("alice has hers", () -> total(await(village.node("alice").balance())) > 79_900_000);
        village.mineUntil("the channel is over", () -> await(village.node("alice").channels()).isEmpty()
                && await(village.node("bob").channels()).isEmpty());
    }

    @Test
    void a_forced_close_while_the_peer_is_away_pays_both_wallets() {
        var channel = village.open("alice", "bob", FUNDING, PUSH);
        village.stop("bob");

        var closing = await(village.node("alice").close(channel.channelId(), true));
        assertThat(closing.mutual()).isFalse();
        village.mineUntil("alice has swept", () -> total(await(village.node("alice").balance())) > 79_900_000);
        village.start("bob");

        village.mineUntil("bob has his money", () -> total(await(village.node("bob").balance())) > 19_990_000);
        village.mineUntil("the channel is over", () -> await(village.node("alice").channels()).isEmpty()
                && await(village.node("bob").channels()).isEmpty());
    }

    @Test
    void who_publishes_a_revoked_commitment_loses_everything() {
        var channel = village.open("alice", "bob", FUNDING, PUSH);
        var paid = await(village.node("alice").send(village.id("bob"), new MilliSatoshi(10_000_000_000L)));
        assertThat(paid.failure()).isEmpty();
        until("it has settled", () -> village.channel("alice", channel).orElseThrow().htlcsOut() == 0);

        await(village.node("alice").publishRevoked(channel.channelId()));

        // Not block upon block: the later bob comes to it, by heights, the more of his stake he bids.
        village.mine(1);
        until("bob takes all of the channel", () -> total(await(village.node("bob").balance())) > 49_900_000);
        village.mine(1);
        until("bob has it", () -> await(village.node("bob").balance()).onChainConfirmed().sat() > 49_900_000);
        assertThat(total(await(village.node("alice").balance()))).isLessThan(50_000_000);
    }
}
