package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.node.wallet.WalletActor.Balance;
import fulgurite.node.wallet.WalletActor.Funded;
import fulgurite.node.wallet.WalletActor.NotSent;
import fulgurite.node.wallet.WalletActor.SendResult;
import fulgurite.node.wallet.WalletActor.Sent;
import fulgurite.node.wallet.WalletActor.Transactions;
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
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which coins the wallet spends, and how it pays more for what waits for a block. */
class WalletBumpTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1000);
    private static final FeeratePerKw GREATER = new FeeratePerKw(5000);
    private static final Bytes ELSEWHERE = Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32)));
    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final RegtestBackend backend = new RegtestBackend(chain);
    private ActorRef<WalletActor.Command> wallet = open();

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void pays_without_change_where_coins_fit() {
        paid(100_000);
        paid(40_600);
        paid(30_400);
        Sent sent = (Sent) send(70_000);

        // 40,600 + 30,400 less the fee of two inputs and an output is 70,000 and a little.
        assertThat(sent.tx().outputs()).containsExactly(new TxOutput(new Satoshi(70_000), ELSEWHERE));
        assertThat(sent.tx().inputs()).hasSize(2);
        assertThat(chain.mempool()).contains(sent.tx());
        chain.mine(1);
        assertThat(balance().confirmed()).isEqualTo(new Satoshi(100_000));
    }

    @Test
    void replaces_a_payment_by_one_that_pays_the_same_with_less_change() {
        paid(100_000);
        Sent first = (Sent) send(60_000);
        Sent second = (Sent) bump(first.tx().txid(), GREATER);

        assertThat(chain.mempool()).containsExactly(second.tx());
        assertThat(second.tx().inputs().getFirst().outPoint()).isEqualTo(first.tx().inputs().getFirst().outPoint());
        assertThat(second.tx().outputs().getFirst()).isEqualTo(first.tx().outputs().getFirst());
        assertThat(feeOf(second.tx())).isBetween(second.tx().weight() * 5L, second.tx().weight() * 5L + 20);
        chain.mine(1);
        assertThat(balance().confirmed()).isEqualTo(second.tx().outputs().getLast().amount());
        assertThat(balance().unconfirmed()).isEqualTo(Satoshi.ZERO);
    }

    @Test
    void a_replacement_without_change_takes_another_coin() {
        paid(100_000);
        paid(50_000);
        Sent first = (Sent) send(99_300);
        assertThat(first.tx().outputs()).hasSize(1);
        assertThat(first.tx().inputs()).hasSize(1);
        Sent second = (Sent) bump(first.tx().txid(), GREATER);

        assertThat(second.tx().inputs()).hasSize(2);
        assertThat(second.tx().outputs().getFirst()).isEqualTo(first.tx().outputs().getFirst());
        assertThat(chain.mempool()).containsExactly(second.tx());
    }

    @Test
    void what_others_know_by_its_id_gets_a_child_that_pays_for_both() {
        paid(100_000);
        WalletActor.FundResult answer = ask(replyTo -> new WalletActor.Fund(1,
                List.of(new TxOutput(new Satoshi(60_000), ELSEWHERE)), FEERATE, replyTo));
        Funded funded = (Funded) answer;
        SendResult published = ask(replyTo -> new WalletActor.Publish(funded.tx(), replyTo));
        assertThat(published).isInstanceOf(Sent.class);
        Sent child = (Sent) bump(funded.tx().txid(), GREATER);

        assertThat(chain.mempool()).containsExactly(funded.tx(), child.tx());
        assertThat(child.tx().inputs()).hasSize(1);
        long weight = funded.tx().weight() + child.tx().weight();
        long fees = feeOf(funded.tx()) + feeOf(child.tx());
        assertThat(fees).isBetween(weight * 5L - 20, weight * 5L + 20);
        chain.demandFeerate(new FeeratePerKw(4_900));
        chain.mine(1);
        assertThat(chain.mempool()).isEmpty();
    }

    @Test
    void a_payment_of_others_gets_a_child_whose_change_is_not_spent_before_it_confirms() {
        Address address = ask(WalletActor.NewAddress::new);
        Tx payment = ChainFixture.pay(new ChainFixture(chain).coin(200_000),
                List.of(new TxOutput(new Satoshi(199_800), address.script())), ChainFixture.REPLACEABLE, 0);
        assertThat(chain.publish(payment)).isEqualTo(ChainFixture.accepted());
        until(() -> assertThat(balance().unconfirmed()).isEqualTo(new Satoshi(199_800)));
        Sent child = (Sent) bump(payment.txid(), GREATER);

        assertThat(chain.mempool()).containsExactly(payment, child.tx());
        assertThat(send(10_000)).isInstanceOf(WalletActor.InsufficientFunds.class);
        chain.mine(1);
        caughtUp();
        assertThat(send(10_000)).isInstanceOf(Sent.class);
    }

    @Test
    void refuses_what_is_confirmed_unknown_spent_already_or_pays_that_much() {
        paid(100_000);
        Sent first = (Sent) send(20_000);
        assertNotBumped(first.tx().txid(), new FeeratePerKw(900), "greater feerate");
        Sent second = (Sent) send(20_000);
        assertNotBumped(first.tx().txid(), GREATER, "spent by " + second.tx().txid());
        assertNotBumped(new TxId(Bytes.fromHex("77".repeat(32))), GREATER, "knows no transaction");
        chain.mine(1);
        caughtUp();
        assertNotBumped(second.tx().txid(), GREATER, "in block");
    }

    @Test
    void after_a_restart_it_does_not_spend_again_what_waits_in_the_mempool() {
        paid(100_000);
        Sent sent = (Sent) send(20_000);
        AKKA.stop(wallet);
        wallet = open();

        assertThat(balance().confirmed()).isEqualTo(Satoshi.ZERO);
        assertThat(balance().unconfirmed()).isEqualTo(sent.tx().outputs().getLast().amount());
        Sent next = (Sent) send(20_000);
        assertThat(next.tx().inputs().getFirst().outPoint().txid()).isEqualTo(sent.tx().txid());
        assertThat(chain.mempool()).containsExactly(sent.tx(), next.tx());
    }

    @Test
    void lists_what_paid_to_and_spent_from_it() {
        paid(100_000);
        Sent sent = (Sent) send(20_000);
        Transactions all = ask(WalletActor.ListTransactions::new);

        assertThat(all.transactions()).hasSize(2);
        assertThat(all.transactions().getFirst().received()).isEqualTo(new Satoshi(100_000));
        assertThat(all.transactions().getFirst().fee()).isEmpty();
        var last = all.transactions().getLast();
        assertThat(last.txid()).isEqualTo(sent.tx().txid());
        assertThat(last.height()).isEmpty();
        assertThat(last.spent()).isEqualTo(new Satoshi(100_000));
        assertThat(last.fee()).contains(new Satoshi(feeOf(sent.tx())));
        assertThat(last.received().plus(last.fee().orElseThrow())).isEqualTo(new Satoshi(80_000));
    }

    private void assertNotBumped(TxId txid, FeeratePerKw feerate, String why) {
        assertThat(bump(txid, feerate)).isInstanceOfSatisfying(NotSent.class,
                not -> assertThat(not.reason()).contains(why));
    }

    /** All inputs are of transactions that the chain or its mempool has. */
    private long feeOf(Tx tx) {
        long in = tx.inputs()
                .stream()
                .mapToLong(input -> everything().filter(known -> known.txid().equals(input.outPoint().txid()))
                        .findFirst()
                        .orElseThrow()
                        .outputs()
                        .get(input.outPoint().index())
                        .amount()
                        .sat())
                .sum();
        return in - tx.outputs().stream().mapToLong(output -> output.amount().sat()).sum();
    }

    private java.util.stream.Stream<Tx> everything() {
        var blocks = java.util.stream.IntStream.rangeClosed(0, chain.tip().height().height())
                .mapToObj(height -> chain.block(new BlockHeight(height)).orElseThrow())
                .flatMap(block -> block.transactions().stream());
        return java.util.stream.Stream.concat(blocks, chain.mempool().stream());
    }

    private ActorRef<WalletActor.Command> open() {
        var keys = WalletKeys.of(HdKeys.fromSeed(Bytes.fromHex("42".repeat(32))), BitcoinNetwork.REGTEST);
        return AKKA.spawn(WalletActor.create(keys, backend, new BlockHeight(0), ReserveTerms.NONE));
    }

    private void paid(long sat) {
        Address address = ask(WalletActor.NewAddress::new);
        chain.faucet(address.script(), new Satoshi(sat));
        caughtUp();
    }

    private SendResult send(long sat) {
        Address to = Address.ofScript(ELSEWHERE, BitcoinNetwork.REGTEST).orElseThrow();
        return ask(replyTo -> new WalletActor.Send(to, new Satoshi(sat), FEERATE, replyTo));
    }

    private SendResult bump(TxId txid, FeeratePerKw feerate) {
        return ask(replyTo -> new WalletActor.Bump(txid, feerate, replyTo));
    }

    private Balance balance() {
        caughtUp();
        return ask(WalletActor.GetBalance::new);
    }

    private void caughtUp() {
        until(() -> assertThat(this.<Balance>ask(WalletActor.GetBalance::new).height())
                .isEqualTo(chain.tip().height()));
    }

    private static void until(Runnable assertion) {
        AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(20), Duration.ofMillis(5), () -> {
            assertion.run();
            return "as expected";
        });
    }

    private <T> T ask(Function<ActorRef<T>, WalletActor.Command> command) {
        return AskPattern.<WalletActor.Command, T>ask(wallet, command::apply, Duration.ofSeconds(20), AKKA.scheduler())
                .toCompletableFuture()
                .join();
    }
}
