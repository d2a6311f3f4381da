package fulgurite.simulator.chain;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.Node;
import fulgurite.node.NodeSettings;
import fulgurite.node.NodeStartException;
import fulgurite.node.api.NodeService.Channel;
import fulgurite.node.api.NodeService.Create;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.node.api.NodeService;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.Bitcoind;
import fulgurite.simulator.bitcoind.PlayedOn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose coins are those of a real bitcoind's wallet, and its peer with a wallet of its own. */
class BitcoindWalletStoryTest {
    private static final FeeratePerKw CALM = new FeeratePerKw(1_000);
    private static final FeeratePerKw BUSY = new FeeratePerKw(6_000);
    private static final int MOST_BLOCKS = 300;
    private static final Satoshi FUNDING = new Satoshi(1_000_000);

    @TempDir
    private Path directory;
    private Bitcoind bitcoind;
    private final Map<String, Running> running = new HashMap<>();

    private record Running(Node node, BitcoindBackend chain) {}

    @BeforeEach
    void start() {
        PlayedOn.BITCOIND.assumePresent();
        bitcoind = Bitcoind.start(directory.resolve("bitcoind"), "-fallbackfee=0.0001");
        bitcoind.call("createwallet", "miner");
        bitcoind.call("createwallet", "treasury");
        mine(101);
    }

    @AfterEach
    void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
        if (bitcoind != null) bitcoind.close();
    }

    @Test
    void bitcoinds_wallet_pays_for_a_channel_and_is_paid_when_both_close_it() {
        start("alice", "treasury", CALM);
        start("bob", "", CALM);
        String address = await(alice().newAddress());
        assertThat(info(address).path("ismine").asBoolean()).isTrue();
        pay(address, 2_000_000);
        await(alice().label(address, "the beginning"));
        until("bitcoind has the label", () -> info(address).at("/labels/0").asText().equals("the beginning"));
        assertThat(await(alice().coins())).singleElement().satisfies(coin -> {
            assertThat(coin.amount()).isEqualTo(new Satoshi(2_000_000));
            assertThat(coin.label()).contains("the beginning");
        });
        Channel channel = open();
        assertThat(await(alice().transactions())).hasSize(2);
        assertThat(await(alice().pay(await(bob().invoice(Optional.of(new MilliSatoshi(50_000_000)), "bread",
                Duration.ofHours(1))).bolt11(), Optional.empty())).state()).isEqualTo(PaymentState.SUCCEEDED);
        var closing = await(alice().close(channel.channelId(), false));
        assertThat(closing.mutual()).isTrue();
        mineUntil("the channel is closed and its money is back", () -> onChain().sat() > 1_935_000);

        assertThat(await(alice().transactions()).getLast().received().sat()).isBetween(945_000L, 950_000L);
        assertThat(await(alice().balance()).onChainUnconfirmed()).isEqualTo(Satoshi.ZERO);
    }

    @Test
    void the_fee_wallet_helps_a_commitment_into_a_block_and_bitcoinds_wallet_is_paid() {
        start("alice", "treasury", CALM);
        start("bob", "", CALM);
        pay(await(alice().newAddress()), 2_000_000);
        Channel channel = open();
        long before = onChain().sat();
        assertThat(before).as("the channel, 10,000 for the reserve, and a fee").isBetween(988_000L, 990_000L);
        assertThat(await(alice().balance()).feeWallet()).hasValueSatisfying(fees -> {
            assertThat(fees.amount()).isEqualTo(new Satoshi(10_000));
            assertThat(fees.missing()).as("for one channel more").isEqualTo(new Satoshi(10_000));
            assertThat(info(fees.address()).path("ismine").asBoolean()).isFalse();
        });
        // Nobody is there to agree to a greater feerate before it is needed.
        stop("bob");
        stop("alice");
        start("alice", "treasury", BUSY);
        var closing = await(alice().close(channel.channelId(), true));
        until("a child pays for the commitment", () -> {
            JsonNode entry = entry(closing.txid().toString());
            return entry.path("spentby").size() == 1 && feerate(entry.path("spentby").path(0).asText()) > 20;
        });
        mineUntil("the money is home", () -> onChain().sat() > before + 990_000);

        assertThat(onChain().sat()).isLessThan(before + 1_000_000);
        long brought = await(alice().transactions()).getLast().received().sat();
        assertThat(brought).isBetween(985_000L, 1_000_000L);
    }

    @Test
    void what_is_missing_at_the_start_is_told_with_what_to_do() {
        assertThatThrownBy(() -> start("alice", "tresury", CALM)).isInstanceOf(NodeStartException.class)
                .hasMessageContaining("has no wallet \"tresury\"")
                .hasMessageContaining("createwallet");
        bitcoind.call("createwallet", "eyes", true);
        assertThatThrownBy(() -> start("alice", "eyes", CALM)).isInstanceOf(NodeStartException.class)
                .hasMessageContaining("no private keys");
        bitcoind.call("createwallet", "safe", false, false, "secret words");
        assertThatThrownBy(() -> start("alice", "safe", CALM)).isInstanceOf(NodeStartException.class)
                .hasMessageContaining("walletpassphrase")
                .hasMessageNotContaining("secret words");
        write(directory.resolve("alice").resolve("bitcoind-wallet.json"), "{");
        assertThatThrownBy(() -> start("alice", "treasury", CALM)).isInstanceOf(NodeStartException.class)
                .hasMessageContaining("listlockunspent");
    }

    @Test
    void a_wallet_that_goes_away_is_loaded_again_and_what_it_refuses_is_told() {
        start("alice", "treasury", CALM);
        bitcoind.call("unloadwallet", "treasury");
        assertThat(await(alice().balance()).onChainConfirmed()).isEqualTo(Satoshi.ZERO);
        String elsewhere = bitcoind.callWallet("miner", "getnewaddress").asText();
        assertThatThrownBy(() -> await(alice().sendOnChain(elsewhere, new Satoshi(10_000), Optional.of(CALM),
                Optional.empty()))).isInstanceOf(ServiceException.class).hasMessageContaining("can spend 0 sat");
        pay(await(alice().newAddress(NodeService.AddressType.P2TR)), 100_000);
        var sent = await(alice().sendOnChain(elsewhere, new Satoshi(10_000), Optional.of(CALM), Optional.of("rent")));
        assertThat(sent.label()).contains("rent");
        assertThat(sent.spent()).isEqualTo(new Satoshi(100_000));
        var better = await(alice().bumpOnChain(sent.txid().toString(), BUSY));
        assertThat(better.fee().orElseThrow().sat()).isGreaterThan(5 * sent.fee().orElseThrow().sat());
        assertThatThrownBy(() -> await(alice().bumpOnChain(sent.txid().toString(), BUSY)))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("nothing was published");
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Channel open() {
        await(alice().connect(await(bob().info()).uri().orElseThrow()));
        Channel opened = await(alice().create(new Create(running.get("bob").node().running().nodeId(), FUNDING,
                Satoshi.ZERO, true, true, Optional.of(CALM))));
        assertThat(bitcoind.callWallet("treasury", "listlockunspent")).as("the funding has spent it").isEmpty();
        mineUntil("both may use the channel", () -> isNormal(alice()) && isNormal(bob()));
        return await(alice().channels()).getFirst();
    }

    private static boolean isNormal(NodeService node) {
        return await(node.channels()).stream().allMatch(one -> one.state().equals("normal"));
    }

    private Satoshi onChain() {
        return await(alice().balance()).onChainConfirmed();
    }

    private JsonNode info(String address) {
        return bitcoind.callWallet("treasury", "getaddressinfo", address);
    }

    private JsonNode entry(String txid) {
        for (JsonNode id : bitcoind.call("getrawmempool"))
            if (id.asText().equals(txid)) return bitcoind.call("getmempoolentry", txid);
        return MissingNode.getInstance();
    }

    /** In satoshis for a virtual byte. */
    private double feerate(String txid) {
        JsonNode entry = entry(txid);
        return entry.at("/fees/base").asDouble() * 100_000_000 / Math.max(1, entry.path("vsize").asInt());
    }

    private NodeService alice() {
        return running.get("alice").node().service();
    }

    private NodeService bob() {
        return running.get("bob").node().service();
    }

    /** @param wallet of bitcoind's; empty: its own */
    private void start(String name, String wallet, FeeratePerKw estimate) {
        var chain = new BitcoindBackend(BitcoindSettings.of(bitcoind.url(), bitcoind.credentials(),
                BitcoinNetwork.REGTEST)
                .withFees(new BitcoindSettings.Fees(estimate, FeeratePerKw.FLOOR, new FeeratePerKw(100_000))),
                InstantSource.system());
        try {
            running.put(name, new Running(await(Node.start(NodeSettings.of(ConfigFactory.parseMap(Map.of("alias", name,
                    "data", directory.resolve(name).toString(), "listen.port", 0,
                    "wallet.kind", wallet.isEmpty() ? "own" : "bitcoind", "wallet.bitcoind.name", wallet))), chain)),
                    chain));
        } catch (RuntimeException e) {
            chain.close();
            throw e;
        }
    }

    private void stop(String name) {
        Running gone = running.remove(name);
        await(gone.node().service().stop());
        gone.chain().close();
    }

    private void pay(String address, long sat) {
        bitcoind.callWallet("miner", "sendtoaddress", address, BigDecimal.valueOf(sat, 8));
        mine(1);
        until("alice sees it", () -> onChain().sat() == sat);
    }

    private void mine(int blocks) {
        bitcoind.call("generatetoaddress", blocks, bitcoind.callWallet("miner", "getnewaddress").asText());
    }

    private void mineUntil(String what, BooleanSupplier condition) {
        for (int blocks = 0; blocks < MOST_BLOCKS && !condition.getAsBoolean(); blocks++) {
            mine(1);
            int height = bitcoind.call("getblockcount").asInt();
            for (Running each : running.values())
                until("it sees the block",
                        () -> await(each.node().service().info()).blockHeight().height() >= height);
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
