package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.node.wallet.WalletActor.Funded;
import fulgurite.node.wallet.WalletActor.Sent;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys.Kind;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.P2tr;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.PlayedOn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Coins of taproot addresses, spent before the interpreter of bitcoin-kmp and before a real bitcoind. */
@ParameterizedClass(name = "on {0}")
@EnumSource(PlayedOn.class)
class TaprootWalletTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1_000);
    private static final Bytes ELSEWHERE = Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32)));
    @Parameter
    private PlayedOn on = PlayedOn.REGTEST_CHAIN;
    private PlayedChain chain;
    private PlayedChain.Access access;
    private ActorRef<WalletActor.Command> wallet;

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @BeforeEach
    void start() {
        chain = on.start();
        access = chain.connect();
        // The bitcoind is shared by tests: another one's coins are not to be found.
        var seed = new byte[32];
        ThreadLocalRandom.current().nextBytes(seed);
        wallet = AKKA.spawn(WalletActor.create(WalletKeys.of(HdKeys.fromSeed(Bytes.copyOf(seed)),
                BitcoinNetwork.REGTEST), access.backend(), chain.tip().height(), ReserveTerms.NONE));
    }

    @AfterEach
    void end() {
        if (chain == null) return;
        AKKA.stop(wallet);
        access.leave().run();
        chain.close();
    }

    @Test
    void a_taproot_coin_is_found_and_spent_by_its_key() {
        Address address = address(Kind.P2TR);
        assertThat(address.toString()).startsWith("bcrt1p");
        pay(address, 100_000);
        Sent sent = send(60_000);

        assertThat(sent.tx().inputs()).singleElement()
                .satisfies(input -> assertThat(input.witness()).singleElement()
                        .satisfies(signature -> assertThat(signature.size()).isEqualTo(64)));
        assertThat(P2tr.isSigned(sent.tx(), 0, List.of(new TxOutput(new Satoshi(100_000), address.script()))))
                .isTrue();
        chain.mine(1);
        Satoshi change = sent.tx().outputs().getLast().amount();
        until(balance -> balance.confirmed().equals(change));
        assertThat(address(Kind.P2TR)).isNotEqualTo(address);
    }

    @Test
    void coins_of_both_kinds_are_spent_together_at_the_feerate() {
        pay(address(Kind.P2TR), 50_000);
        pay(address(Kind.P2WPKH), 50_000);
        pay(address(Kind.P2TR), 50_000);
        Funded funded = ask(replyTo -> new WalletActor.Fund(1, List.of(new TxOutput(new Satoshi(120_000), ELSEWHERE)),
                FEERATE, replyTo), WalletActor.FundResult.class, Funded.class);

        Tx tx = funded.tx();
        assertThat(tx.inputs()).hasSize(3);
        assertThat(IntStream.range(0, 3).map(i -> tx.inputs().get(i).witness().size()).sum()).isEqualTo(1 + 2 + 1);
        // No more than the bytes by which ECDSA's signatures differ.
        assertThat(funded.fee().sat()).isBetween((long) tx.weight(), tx.weight() + 4L);
        assertThat(chain.publish(tx)).isEqualTo(ChainFixture.accepted());
    }

    private void pay(Address address, long sat) {
        Satoshi before = balance().confirmed();
        chain.faucet(address.script(), new Satoshi(sat));
        until(balance -> balance.confirmed().equals(before.plus(new Satoshi(sat))));
    }

    private Sent send(long sat) {
        Address to = Address.ofScript(ELSEWHERE, BitcoinNetwork.REGTEST).orElseThrow();
        return ask(replyTo -> new WalletActor.Send(to, new Satoshi(sat), FEERATE, replyTo),
                WalletActor.SendResult.class, Sent.class);
    }

    private Address address(Kind kind) {
        return ask(replyTo -> new WalletActor.NewAddress(kind, replyTo), Address.class, Address.class);
    }

    private WalletActor.Balance balance() {
        return ask(WalletActor.GetBalance::new, WalletActor.Balance.class, WalletActor.Balance.class);
    }

    private void until(java.util.function.Predicate<WalletActor.Balance> condition) {
        AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(20), Duration.ofMillis(20), () -> {
            assertThat(balance()).matches(condition);
            return "so it is";
        });
    }

    private <T, R extends T> R ask(Function<ActorRef<T>, WalletActor.Command> command, Class<T> answers,
            Class<R> expected) {
        T answer = AskPattern.<WalletActor.Command, T>ask(wallet, command::apply, Duration.ofSeconds(30),
                AKKA.scheduler()).toCompletableFuture().join();
        assertThat(answer).isInstanceOf(answers).isInstanceOf(expected);
        return expected.cast(answer);
    }
}
