package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.node.wallet.ScanFile;
import fulgurite.node.wallet.WalletActor.Balance;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wallet that starts again reads what is new, whatever happened to the chain meanwhile. */
class WalletScanTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final Bytes ELSEWHERE = Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32)));
    private static final int LONG_AGO = 300;

    @TempDir
    Path directory;
    private RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final List<Integer> asked = new CopyOnWriteArrayList<>();
    private ActorRef<WalletActor.Command> wallet = AKKA.system().deadLetters().unsafeUpcast();

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    /** With coins, and a payment of its own, long ago. */
    @BeforeEach
    void a_wallet_that_has_scanned() {
        start(7);
        pay(100_000);
        pay(50_000);
        Address elsewhere = Address.ofScript(ELSEWHERE, BitcoinNetwork.REGTEST).orElseThrow();
        assertThat(this.<WalletActor.SendResult>ask(replyTo -> new WalletActor.Send(elsewhere, new Satoshi(20_000),
                new FeeratePerKw(1_000), replyTo))).isInstanceOf(WalletActor.Sent.class);
        chain.mine(LONG_AGO);
        caughtUp();
    }

    @Test
    void only_new_blocks_are_read_and_everything_is_there() {
        Balance before = balance();
        List<WalletActor.Coin> coins = coins();
        AKKA.stop(wallet);
        chain.mine(3);
        asked.clear();
        start(7);

        assertThat(balance().confirmed()).isEqualTo(before.confirmed());
        assertThat(coins()).isEqualTo(coins);
        int tip = chain.tip().height().height();
        // One block far below shows that the chain is still the same; a few may not have been written down yet.
        assertThat(asked.getFirst()).isBetween(tip - 160, tip - 140);
        assertThat(asked.subList(1, asked.size())).isNotEmpty().allMatch(height -> height >= tip - 10);
        assertThat(this.<WalletActor.Transactions>ask(WalletActor.ListTransactions::new).transactions()).hasSize(3);
    }

    @Test
    void what_came_meanwhile_is_found_and_no_paid_address_is_given_again() {
        Address next = ask(WalletActor.NewAddress::new);
        Satoshi before = balance().confirmed();
        AKKA.stop(wallet);
        chain.faucet(next.script(), new Satoshi(30_000));
        start(7);

        assertThat(balance().confirmed()).isEqualTo(before.plus(new Satoshi(30_000)));
        assertThat(this.<Address>ask(WalletActor.NewAddress::new)).isNotEqualTo(next);
    }

    @Test
    void a_reorganisation_meanwhile_takes_back_what_it_took_from_the_chain() {
        var giver = new ChainFixture(chain);
        var coin = giver.coin(200_000);
        Address address = ask(WalletActor.NewAddress::new);
        Satoshi before = balance().confirmed();
        chain.publish(ChainFixture.pay(coin, List.of(new TxOutput(new Satoshi(150_000), address.script())),
                ChainFixture.REPLACEABLE, 0));
        chain.mine(8);
        caughtUp();
        assertThat(balance().confirmed()).isEqualTo(before.plus(new Satoshi(150_000)));
        AKKA.stop(wallet);
        chain.reorganise(8, List.of(ChainFixture.spend(coin, 5_000)));
        start(7);

        assertThat(balance().confirmed()).isEqualTo(before);
        AKKA.createTestProbe().awaitAssert(() -> {
            assertThat(balance().unconfirmed()).isEqualTo(Satoshi.ZERO);
            return "void";
        });
        assertThat(asked).contains(chain.tip().height().height());
    }

    @Test
    void another_chain_altogether_is_scanned_from_the_birth() {
        AKKA.stop(wallet);
        chain = RegtestChain.create(ChainSettings.DEFAULT);
        var other = new ChainFixture(chain);
        other.coin(1_000);
        chain.mine(LONG_AGO * 2);
        asked.clear();
        start(7);

        assertThat(balance().confirmed()).isEqualTo(Satoshi.ZERO);
        assertThat(asked).contains(1);
    }

    @Test
    void what_is_damaged_or_of_another_wallet_is_not_used() throws IOException {
        Satoshi before = balance().confirmed();
        AKKA.stop(wallet);
        Path file = directory.resolve(ScanFile.NAME);
        String text = Files.readString(file);
        Files.writeString(file, text.replaceFirst("\"next\":\\d", "\"next\":1"));
        asked.clear();
        start(7);
        assertThat(balance().confirmed()).isEqualTo(before);
        assertThat(asked).contains(0, 1, 2);
        AKKA.stop(wallet);

        Files.writeString(file, text);
        start(8);
        assertThat(balance().confirmed()).isEqualTo(Satoshi.ZERO);
    }

    private void start(int seed) {
        var keys = WalletKeys.of(HdKeys.fromSeed(Bytes.fromHex("%064x".formatted(seed))), BitcoinNetwork.REGTEST);
        wallet = AKKA.spawn(WalletActor.create(keys, noted(new RegtestBackend(chain)), new BlockHeight(0),
                ReserveTerms.NONE, new ScanFile(directory, keys)));
    }

    /** Every block that is asked for is written down. */
    private ChainBackend noted(ChainBackend backend) {
        return (ChainBackend) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{ChainBackend.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("block")) asked.add(((BlockHeight) arguments[0]).height());
                    return method.invoke(backend, arguments);
                });
    }

    private void pay(long sat) {
        Address address = ask(WalletActor.NewAddress::new);
        Tx paid = chain.faucet(address.script(), new Satoshi(sat));
        caughtUp();
        assertThat(coins()).anyMatch(coin -> coin.outPoint().txid().equals(paid.txid()));
    }

    private void caughtUp() {
        AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(20), Duration.ofMillis(5), () -> {
            assertThat(balance().height()).isEqualTo(chain.tip().height());
            return "caught up";
        });
    }

    private Balance balance() {
        return ask(WalletActor.GetBalance::new);
    }

    private List<WalletActor.Coin> coins() {
        return this.<WalletActor.Coins>ask(WalletActor.ListCoins::new).coins();
    }

    private <T> T ask(Function<ActorRef<T>, WalletActor.Command> command) {
        return AskPattern.<WalletActor.Command, T>ask(wallet, command::apply, Duration.ofSeconds(20), AKKA.scheduler())
                .toCompletableFuture()
                .join();
    }
}
