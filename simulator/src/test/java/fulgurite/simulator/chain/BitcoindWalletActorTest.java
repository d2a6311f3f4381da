package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.node.wallet.BitcoindWalletActor;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.node.wallet.WalletActor.Balance;
import fulgurite.node.wallet.WalletActor.Fund;
import fulgurite.node.wallet.WalletActor.FundResult;
import fulgurite.node.wallet.WalletActor.Funded;
import fulgurite.node.wallet.WalletActor.InsufficientFunds;
import fulgurite.node.wallet.WalletActor.NotFunded;
import fulgurite.node.wallet.WalletActor.NotSent;
import fulgurite.node.wallet.WalletActor.SendResult;
import fulgurite.node.wallet.WalletActor.Sent;
import fulgurite.node.wallet.WalletActor.Transactions;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.bitcoind.Bitcoind;
import fulgurite.simulator.bitcoind.PlayedOn;
import fulgurite.simulator.node.Village;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wallet whose coins are those of a real bitcoind's wallet. */
class BitcoindWalletActorTest {
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1_000);
    private static final Bytes CHANNEL = Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32)));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static ActorTestKit akka;
    private static Bitcoind bitcoind;
    private static int wallets;

    @TempDir
    private static Path home;
    private final String name = "wallet " + wallets++;
    private BitcoindBackend backend;
    private ActorRef<WalletActor.Command> wallet;

    @BeforeAll
    static void start() {
        PlayedOn.BITCOIND.assumePresent();
        akka = ChainFixture.testKit();
        bitcoind = Bitcoind.start(home.resolve("bitcoind"), "-fallbackfee=0.0001");
        bitcoind.call("createwallet", "miner");
        bitcoind.call("generatetoaddress", 101, newAddress("miner", "bech32"));
    }

    @AfterAll
    static void stop() {
        if (akka != null) akka.shutdownTestKit();
        if (bitcoind != null) bitcoind.close();
    }

    @BeforeEach
    void open() {
        backend = new BitcoindBackend(BitcoindSettings.of(bitcoind.url(), bitcoind.credentials(),
                BitcoinNetwork.REGTEST), InstantSource.system());
    }

    @AfterEach
    void close() {
        if (wallet != null) akka.stop(wallet);
        backend.close();
    }

    @Test
    void two_openings_at_once_use_different_coins_and_nothing_is_published() {
        begin(ReserveTerms.NONE, 200_000, 200_000, 200_000, 200_000);
        var first = fundLater(1, 120_000);
        var second = fundLater(2, 120_000);
        Funded one = (Funded) Village.await(first);
        Funded other = (Funded) Village.await(second);

        assertThat(one.lockedInputs()).isNotEmpty().doesNotContainAnyElementsOf(other.lockedInputs());
        assertThat(one.tx().outputs().getFirst()).isEqualTo(new TxOutput(new Satoshi(120_000), CHANNEL));
        assertThat(one.tx().inputs()).allSatisfy(input -> assertThat(input.witness()).isNotEmpty());
        assertThat(bitcoind.call("getrawmempool")).isEmpty();
        var both = new TreeSet<>(one.lockedInputs());
        both.addAll(other.lockedInputs());
        assertThat(new TreeSet<>(locked())).isEqualTo(both);
        Balance balance = ask(WalletActor.GetBalance::new);
        assertThat(balance.confirmed()).isEqualTo(new Satoshi(800_000));
        assertThat(balance.locked()).isEqualTo(new Satoshi(200_000L * both.size()));
        var poor = (InsufficientFunds) fund(3, 600_000);
        assertThat(poor.have()).isEqualTo(balance.confirmed().minus(balance.locked()));
        assertThat(poor.need().sat()).isBetween(600_100L, 601_000L);
    }

    @Test
    void what_an_opening_had_locked_is_free_once_it_is_over() {
        begin(ReserveTerms.NONE, 200_000, 200_000, 200_000, 200_000);
        Funded one = (Funded) fund(1, 120_000);
        Funded other = (Funded) fund(2, 120_000);
        wallet.tell(new WalletActor.OpeningOver(1));
        untilLocked(other.lockedInputs());
        wallet.tell(new WalletActor.Release(other.tx()));
        untilLocked(List.of());
        assertThat(((Funded) fund(3, 790_000)).lockedInputs()).hasSize(4)
                .containsAll(one.lockedInputs())
                .containsAll(other.lockedInputs());
    }

    @Test
    void an_opening_that_is_over_before_it_is_funded_locks_nothing() {
        begin(ReserveTerms.NONE, 200_000);
        var funded = fundLater(1, 120_000);
        wallet.tell(new WalletActor.OpeningOver(1));

        assertThat(Village.await(funded)).isInstanceOf(NotFunded.class);
        untilLocked(List.of());
    }

    @Test
    void locks_outlive_a_restart_of_bitcoind_and_end_with_the_funding() {
        begin(ReserveTerms.NONE, 200_000);
        Funded funded = (Funded) fund(1, 120_000);
        assertThat(book()).contains(funded.lockedInputs().getFirst().txid().toString());
        wallet.tell(new WalletActor.ChannelsRecovered(new TreeSet<>(List.of(1L))));
        bitcoind.stop();
        bitcoind.startAgain("-fallbackfee=0.0001", "-wallet=miner");

        // The wallet is not loaded any more: asking for it loads it.
        Village.until("bitcoind answers again", () -> backend.tip()
                .handle((tip, failure) -> failure == null)
                .toCompletableFuture()
                .join());
        Balance balance = ask(WalletActor.GetBalance::new);
        assertThat(balance.locked()).isEqualTo(new Satoshi(200_000));
        assertThat(fund(2, 120_000)).isInstanceOf(InsufficientFunds.class);
        assertThat(Village.await(backend.publish(funded.tx()))).isInstanceOf(Published.Accepted.class);
        assertThat(locked()).isEmpty();
        mine(1);
        wallet.tell(sky());
        String coin = funded.lockedInputs().getFirst().txid().toString();
        Village.until("the book has forgotten it", () -> !book().contains(coin));
    }

    @Test
    void a_node_that_died_keeps_the_locks_of_channels_that_are_there_and_frees_the_others() {
        begin(ReserveTerms.NONE, 200_000, 200_000, 200_000, 200_000);
        Funded kept = (Funded) fund(5, 120_000);
        Funded lost = (Funded) fund(6, 120_000);
        akka.stop(wallet);
        assertThat(locked()).hasSize(kept.lockedInputs().size() + lost.lockedInputs().size());
        // Whoever does that by hand does not hurt a channel that waits.
        bitcoind.callWallet(path(), "lockunspent", true);
        spawn(ReserveTerms.NONE);
        wallet.tell(new WalletActor.ChannelsRecovered(new TreeSet<>(List.of(5L))));

        untilLocked(kept.lockedInputs());
        Funded next = (Funded) fund(7, 800_000 - 200_000 * kept.lockedInputs().size() - 10_000);
        assertThat(next.lockedInputs()).containsAll(lost.lockedInputs())
                .doesNotContainAnyElementsOf(kept.lockedInputs());
    }

    @Test
    void an_opening_pays_into_the_fee_wallet_what_its_reserve_lacks() {
        begin(new ReserveTerms(new Satoshi(10_000), new Satoshi(15_000)), 300_000);
        Funded first = (Funded) fund(1, 100_000);
        assertThat(first.tx().outputs()).hasSize(3);
        assertThat(first.tx().outputs().get(1).amount()).isEqualTo(new Satoshi(10_000));
        assertThat(Village.await(backend.publish(first.tx()))).isInstanceOf(Published.Accepted.class);
        mine(1);
        wallet.tell(new WalletActor.Reserve(1));

        Village.until("the fee wallet has seen it", () -> {
            Funded second = (Funded) fund(2, 50_000);
            wallet.tell(new WalletActor.OpeningOver(2));
            return second.tx().outputs().get(1).amount().equals(new Satoshi(5_000));
        });
        var poor = (InsufficientFunds) fund(3, 300_000);
        assertThat(poor.reserve()).isEqualTo(new Satoshi(5_000));
    }

    @Test
    void a_payment_is_replaced_by_a_dearer_one() {
        begin(ReserveTerms.NONE, 100_000);
        Address to = Address.parse(newAddress("miner", "bech32"), BitcoinNetwork.REGTEST);
        Sent sent = (Sent) this.<SendResult>ask(replyTo -> new WalletActor.Send(to, new Satoshi(30_000), FEERATE,
                replyTo));
        TxId first = sent.tx().txid();
        assertThat(mempool()).containsExactly(first);
        var known = ((NotSent) bump(first, new FeeratePerKw(260))).reason();
        assertThat(known).contains("bitcoind's wallet");
        Sent better = (Sent) bump(first, new FeeratePerKw(5_000));

        assertThat(mempool()).containsExactly(better.tx().txid());
        assertThat(better.tx().inputs().getFirst().outPoint()).isEqualTo(sent.tx().inputs().getFirst().outPoint());
        assertThat(better.tx().outputs()).contains(new TxOutput(new Satoshi(30_000), to.script()));
        Transactions all = ask(WalletActor.ListTransactions::new);
        assertThat(all.transactions()).hasSize(2);
        var last = all.transactions().getLast();
        assertThat(last.txid()).isEqualTo(better.tx().txid());
        assertThat(last.spent()).isEqualTo(new Satoshi(100_000));
        assertThat(last.received().plus(last.fee().orElseThrow())).isEqualTo(new Satoshi(70_000));
        assertThat(all.transactions().getFirst().received()).isEqualTo(new Satoshi(100_000));
        assertThat(all.transactions().getFirst().fee()).isEmpty();
        mine(1);
        assertThat(((NotSent) bump(better.tx().txid(), new FeeratePerKw(9_000))).reason()).contains("block");
        untilLocked(List.of());
    }

    @Test
    void a_funding_keeps_its_id_and_gets_a_child() {
        begin(ReserveTerms.NONE, 200_000);
        Funded funded = (Funded) fund(1, 100_000);
        TxId funding = funded.tx().txid();
        assertThat(((NotSent) bump(funding, new FeeratePerKw(5_000))).reason()).contains("knows no transaction");
        assertThat(Village.await(backend.publish(funded.tx()))).isInstanceOf(Published.Accepted.class);
        Sent child = (Sent) bump(funding, new FeeratePerKw(5_000));

        assertThat(mempool()).containsExactlyInAnyOrder(funding, child.tx().txid());
        assertThat(child.tx().inputs().getFirst().outPoint()).isEqualTo(new OutPoint(funding, 1));
        long fee = 200_000 - 100_000 - child.tx().outputs().getFirst().amount().sat();
        assertThat(fee).isCloseTo(5L * (funded.tx().weight() + child.tx().weight()), within(40L));
        assertThat(((NotSent) bump(funding, new FeeratePerKw(9_000))).reason()).contains("a child");
        mine(1);
    }

    @Test
    void a_wallet_that_was_locked_meanwhile_says_what_to_do_and_keeps_nothing() {
        bitcoind.call("createwallet", name, false, false, "secret words");
        bitcoind.callWallet(path(), "walletpassphrase", "secret words", 3_600);
        pay(200_000);
        spawn(ReserveTerms.NONE);
        this.<Address>ask(WalletActor.NewAddress::new);
        bitcoind.callWallet(path(), "walletlock");

        assertThat(((NotFunded) fund(1, 100_000)).reason()).contains("encrypted and locked")
                .contains("walletpassphrase");
        untilLocked(List.of());
        WalletActor.Sky sky = sky();
        LoggingTestKit.warn("no opening and no send can be paid now").expect(akka.system(), () -> {
            wallet.tell(sky);
            return sky;
        });
        bitcoind.callWallet(path(), "walletpassphrase", "secret words", 3_600);
        assertThat(fund(2, 100_000)).isInstanceOf(Funded.class);
    }

    @Test
    void a_coin_whose_transaction_others_could_change_funds_no_channel() {
        begin(ReserveTerms.NONE);
        payTo(newAddress(path(), "legacy"), 200_000);

        assertThat(((NotFunded) fund(1, 100_000)).reason()).contains("legacy address");
        untilLocked(List.of());
        Address to = Address.parse(newAddress("miner", "bech32"), BitcoinNetwork.REGTEST);
        assertThat(this.<SendResult>ask(replyTo -> new WalletActor.Send(to, new Satoshi(30_000), FEERATE, replyTo)))
                .isInstanceOf(Sent.class);
        mine(1);
    }

    @Test
    void its_own_address_is_the_same_after_a_restart_until_it_is_paid_and_takes_labels() {
        begin(ReserveTerms.NONE);
        Address first = ask(WalletActor.NewAddress::new);
        akka.stop(wallet);
        spawn(ReserveTerms.NONE);
        assertThat(this.<Address>ask(WalletActor.NewAddress::new)).isEqualTo(first);
        payTo(first.toString(), 10_000);
        akka.stop(wallet);
        spawn(ReserveTerms.NONE);
        assertThat(this.<Address>ask(WalletActor.NewAddress::new)).isNotEqualTo(first);
        wallet.tell(new WalletActor.Name(first, "rent"));
        Village.until("bitcoind knows the label", () -> bitcoind.callWallet(path(), "getaddressinfo",
                first.toString()).at("/labels/0").asText().equals("rent"));
    }

    private void begin(ReserveTerms terms, long... coins) {
        bitcoind.call("createwallet", name);
        for (long coin : coins) pay(coin);
        spawn(terms);
    }

    private void spawn(ReserveTerms terms) {
        byte[] seed = new byte[32];
        seed[0] = (byte) wallets;
        var keys = WalletKeys.of(HdKeys.fromSeed(Bytes.copyOf(seed)), BitcoinNetwork.REGTEST);
        Path directory = home.resolve(name);
        directory.toFile().mkdirs();
        wallet = akka.spawn(BitcoindWalletActor.create(
                new BitcoindWalletActor.Access(backend.wallet(name), "channels of a test",
                        java.util.Optional.of(directory)),
                backend, WalletActor.create(keys, backend, new BlockHeight(0), terms)));
    }

    private void pay(long sat) {
        payTo(newAddress(path(), "bech32"), sat);
    }

    private static void payTo(String address, long sat) {
        bitcoind.callWallet("miner", "sendtoaddress", address, BigDecimal.valueOf(sat, 8));
        mine(1);
    }

    private static String newAddress(String wallet, String type) {
        return bitcoind.callWallet(wallet, "getnewaddress", "", type).asText();
    }

    private static void mine(int blocks) {
        bitcoind.call("generatetoaddress", blocks, newAddress("miner", "bech32"));
    }

    private String path() {
        return name.replace(" ", "%20");
    }

    private String book() {
        try {
            return java.nio.file.Files.readString(home.resolve(name).resolve("bitcoind-wallet.json"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private WalletActor.Sky sky() {
        return new WalletActor.Sky(Village.await(backend.tip()).height(), Feerates.flat(FEERATE));
    }

    private List<OutPoint> locked() {
        var coins = new ArrayList<OutPoint>();
        for (JsonNode coin : bitcoind.callWallet(path(), "listlockunspent"))
            coins.add(new OutPoint(TxId.fromText(coin.path("txid").asText()), coin.path("vout").asInt()));
        return coins;
    }

    private void untilLocked(List<OutPoint> coins) {
        Village.until("locked are " + coins, () -> new TreeSet<>(locked()).equals(new TreeSet<>(coins)));
    }

    private static List<TxId> mempool() {
        return bitcoind.call("getrawmempool").valueStream().map(id -> TxId.fromText(id.asText())).toList();
    }

    private SendResult bump(TxId txid, FeeratePerKw feerate) {
        return ask(replyTo -> new WalletActor.Bump(txid, feerate, replyTo));
    }

    private FundResult fund(long channel, long sat) {
        return Village.await(fundLater(channel, sat));
    }

    private CompletionStage<FundResult> fundLater(long channel, long sat) {
        return AskPattern.<WalletActor.Command, FundResult>ask(wallet, replyTo -> new Fund(channel,
                List.of(new TxOutput(new Satoshi(sat), CHANNEL)), FEERATE, replyTo), PATIENCE, akka.scheduler());
    }

    private <T> T ask(Function<ActorRef<T>, WalletActor.Command> command) {
        return Village.await(AskPattern.<WalletActor.Command, T>ask(wallet, command::apply, PATIENCE,
                akka.scheduler()));
    }
}
