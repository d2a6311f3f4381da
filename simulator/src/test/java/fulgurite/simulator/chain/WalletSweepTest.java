package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.sweep.Hurry;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentOutput;
import fulgurite.protocol.transactions.CommitmentParameters;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.transactions.KeyDerivation;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the wallet brings home when blocks are full: a commitment of ours with two HTLCs on a chain with a fee market. */
class WalletSweepTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final ChannelKeys OURS = ChannelKeys.derive(Bytes32.ZERO, 1);
    private static final ChannelKeys THEIRS = ChannelKeys.derive(Bytes32.ZERO, 2);
    private static final Satoshi CAPACITY = new Satoshi(1_000_000);
    private static final PaymentPreimage PREIMAGE = PaymentPreimage.fromHex("42".repeat(32));
    private static final PaymentHash HASH = new PaymentHash(Hashes.sha256(PREIMAGE.bytes()).bytes());
    private static final FeeratePerKw COMMITTED = FeeratePerKw.FLOOR;
    private static final int DELAY = 6;

    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final RegtestBackend backend = new RegtestBackend(chain);
    private ActorRef<WalletActor.Command> wallet = open(ReserveTerms.NONE);
    private final Commitment commitment;
    private final Tx signed;
    private final int expiry;

    WalletSweepTest() {
        TxOutput output = Funding.output(OURS.basepoints().funding(), THEIRS.basepoints().funding(), CAPACITY);
        Tx funding = chain.faucet(output.script(), CAPACITY);
        expiry = chain.tip().height().height() + 40;
        var htlcs = List.of(
                new CommittedHtlc(CommittedHtlc.Direction.OFFERED, 0, new MilliSatoshi(50_000_000), HASH,
                        new CltvExpiry(expiry)),
                new CommittedHtlc(CommittedHtlc.Direction.RECEIVED, 0, new MilliSatoshi(60_000_000), HASH,
                        new CltvExpiry(expiry)));
        var parameters = new CommitmentParameters(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX,
                new OutPoint(funding.txid(), 0), CAPACITY, true, new Satoshi(354), DELAY, OURS.basepoints(),
                THEIRS.basepoints());
        commitment = Commitments.build(parameters, new CommitmentSpec(COMMITTED, new MilliSatoshi(500_000_000),
                new MilliSatoshi(390_000_000), htlcs), 5, OURS.perCommitmentPoint(5));
        signed = Commitments.complete(commitment, Commitments.signForOwner(commitment, THEIRS.funding()),
                OURS.funding());
    }

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void a_commitment_that_nobody_would_mine_is_paid_for_by_its_child() {
        paid(200_000);
        chain.demandFeerate(new FeeratePerKw(5_000));
        chain.publish(signed);
        chain.mine(1);
        assertThat(isConfirmed(signed.txid())).isFalse();
        want(List.of(anchor(expiry)), Feerates.flat(new FeeratePerKw(5_000)));
        Tx child = awaitSpender(new OutPoint(signed.txid(), anchorIndex()));
        chain.mine(1);
        assertThat(isConfirmed(signed.txid())).isTrue();
        assertThat(isConfirmed(child.txid())).isTrue();
        assertThat(feerate(child)).isBetween(5_000L, 5_200L);
    }

    @Test
    void a_taproot_coin_pays_for_a_child_and_for_htlc_transactions_too() {
        Address address = ask(replyTo -> new WalletActor.NewAddress(WalletKeys.Kind.P2TR, replyTo));
        chain.faucet(address.script(), new Satoshi(200_000));
        caughtUp();
        chain.publish(signed);
        want(List.of(anchor(expiry)), Feerates.flat(new FeeratePerKw(5_000)));
        Tx child = awaitSpender(new OutPoint(signed.txid(), anchorIndex()));
        assertThat(child.inputs().getLast().witness()).hasSize(1);
        chain.mine(1);
        assertThat(isConfirmed(child.txid())).isTrue();
        assertThat(feerate(child)).isBetween(5_000L, 5_200L);

        chain.faucet(address.script(), new Satoshi(200_000));
        caughtUp();
        Wanted stage = stage(CommittedHtlc.Direction.RECEIVED, expiry);
        Tx second = mineUntilSpent(stage.outPoint(), List.of(stage));
        assertThat(second.inputs().size()).isGreaterThan(1);
    }

    @Test
    void a_commitment_below_the_mempools_minimum_gets_in_with_its_child() {
        paid(200_000);
        chain.setMempoolMinimum(new FeeratePerKw(2_000));
        assertThat(chain.publish(signed)).isInstanceOf(fulgurite.node.chain.ChainBackend.Published.Rejected.class);
        want(List.of(anchor(expiry)), Feerates.flat(new FeeratePerKw(3_000)));
        awaitSpender(new OutPoint(signed.txid(), anchorIndex()));
        chain.mine(1);
        assertThat(isConfirmed(signed.txid())).isTrue();
    }

    @Test
    void a_child_that_is_too_cheap_is_replaced_until_both_are_in_a_block_before_the_deadline() {
        paid(200_000);
        chain.demandFeerate(new FeeratePerKw(9_000));
        int deadline = chain.tip().height().height() + 18;
        assertThat(mineUntil(signed.txid(), List.of(anchor(deadline)))).isLessThan(deadline);
    }

    @Test
    void htlc_transactions_are_bid_for_until_they_confirm_and_their_coins_come_back_as_change() {
        paid(200_000);
        chain.mineExactly(List.of(signed));
        chain.demandFeerate(new FeeratePerKw(7_000));
        int deadline = chain.tip().height().height() + 20;
        Wanted success = stage(CommittedHtlc.Direction.RECEIVED, deadline);
        Tx spend = mineUntilSpent(success.outPoint(), List.of(success));
        assertThat(chain.tip().height().height()).isLessThan(deadline);
        assertThat(spend.outputs().getFirst().amount()).isEqualTo(new Satoshi(60_000));
        want(List.of(), Feerates.FLOOR);
        awaitConfirmed(200_000 - (spend.inputs().size() == 2 ? fee(spend) : 0));
    }

    @Test
    void after_a_restart_a_new_bid_takes_the_place_of_the_forgotten_one() {
        paid(200_000);
        paid(90_000);
        chain.demandFeerate(new FeeratePerKw(9_000));
        want(List.of(anchor(chain.tip().height().height() + 18)), Feerates.flat(new FeeratePerKw(2_000)));
        Tx forgotten = awaitSpender(new OutPoint(signed.txid(), anchorIndex()));
        AKKA.stop(wallet);
        wallet = open(ReserveTerms.NONE);
        int deadline = chain.tip().height().height() + 18;
        assertThat(mineUntil(signed.txid(), List.of(anchor(deadline)))).isLessThan(deadline);
        assertThat(isConfirmed(forgotten.txid())).isFalse();
    }

    @Test
    void payments_leave_alone_what_a_child_holds_and_its_change_while_it_may_be_replaced() {
        paid(100_000);
        chain.demandFeerate(new FeeratePerKw(50_000));
        want(List.of(anchor(expiry)), Feerates.flat(new FeeratePerKw(3_000)));
        awaitSpender(new OutPoint(signed.txid(), anchorIndex()));
        assertThat(fund(20_000)).isInstanceOf(WalletActor.InsufficientFunds.class);
    }

    @Test
    void sends_and_openings_leave_the_reserve_for_channels_that_may_close() {
        AKKA.stop(wallet);
        wallet = open(new ReserveTerms(new Satoshi(10_000), new Satoshi(15_000)));
        paid(50_000);
        assertThat(fund(36_000)).isInstanceOf(WalletActor.Funded.class);
        paid(50_000);
        wallet.tell(new WalletActor.Reserve(1));
        assertThat(((WalletActor.InsufficientFunds) fund(41_000)).reserve()).isEqualTo(new Satoshi(10_000));
        wallet.tell(new WalletActor.Reserve(5));
        assertThat(((WalletActor.InsufficientFunds) fund(36_000)).reserve()).isEqualTo(new Satoshi(15_000));
        assertThat(fund(34_000)).isInstanceOf(WalletActor.Funded.class);
    }

    @Test
    void change_is_divided_so_that_channels_that_close_together_have_a_coin_each() {
        AKKA.stop(wallet);
        wallet = open(new ReserveTerms(new Satoshi(10_000), new Satoshi(30_000)));
        wallet.tell(new WalletActor.Reserve(8));
        paid(200_000);
        var funded = (WalletActor.Funded) fund(50_000);
        assertThat(funded.tx().outputs()).hasSize(4);
        List<Long> change = funded.tx().outputs().stream().skip(1).map(output -> output.amount().sat()).toList();
        assertThat(change.getFirst()).isBetween(change.getLast(), change.getLast() + 2);
        assertThat(change.stream().mapToLong(sat -> sat).sum() + funded.fee().sat()).isEqualTo(150_000);
        chain.publish(funded.tx());
        chain.mine(1);
        assertThat(((WalletActor.Funded) fund(30_000)).tx().outputs()).as("one is in use, two lie beside it")
                .hasSize(2);
    }

    @Test
    void a_reserve_that_is_not_there_is_warned_of_at_the_next_block() {
        wallet = open(new ReserveTerms(new Satoshi(10_000), new Satoshi(15_000)));
        var warning = LoggingTestKit.warn("should be there for the fees of channels that close");
        warning.withOccurrences(0).expect(AKKA.system(), () -> {
            wallet.tell(new WalletActor.Reserve(1));
            return ask(WalletActor.GetBalance::new);
        });
        warning.withOccurrences(1).expect(AKKA.system(), () -> {
            for (int block = 0; block < 2; block++)
                wallet.tell(new WalletActor.Sky(chain.tip().height(), Feerates.flat(COMMITTED)));
            return ask(WalletActor.GetBalance::new);
        });
    }

    private ActorRef<WalletActor.Command> open(ReserveTerms terms) {
        var keys = WalletKeys.of(HdKeys.fromSeed(Bytes.fromHex("42".repeat(32))), BitcoinNetwork.REGTEST);
        return AKKA.spawn(WalletActor.create(keys, backend, new BlockHeight(0), terms));
    }

    private void paid(long sat) {
        Address address = ask(WalletActor.NewAddress::new);
        chain.faucet(address.script(), new Satoshi(sat));
        caughtUp();
    }

    private void caughtUp() {
        AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(10), Duration.ofMillis(5), () -> {
            assertThat(this.<WalletActor.Balance>ask(WalletActor.GetBalance::new).height())
                    .isEqualTo(chain.tip().height());
            return "caught up";
        });
    }

    private void awaitConfirmed(long sat) {
        AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(10), Duration.ofMillis(5), () -> {
            assertThat(this.<WalletActor.Balance>ask(WalletActor.GetBalance::new).confirmed())
                    .isEqualTo(new Satoshi(sat));
            return "there";
        });
    }

    private WalletActor.FundResult fund(long sat) {
        caughtUp();
        var output = new TxOutput(new Satoshi(sat), Bytes.fromHex("0020" + "99".repeat(32)));
        return ask(replyTo -> new WalletActor.Fund(1, List.of(output), new FeeratePerKw(1000), replyTo));
    }

    private void want(List<Wanted> wants, Feerates feerates) {
        caughtUp();
        wallet.tell(new WalletActor.Sky(chain.tip().height(), feerates));
        wallet.tell(new WalletActor.BringHome(1, wants));
    }

    /** Mines block after block, with estimates that are far too low. @return the height of its block */
    private int mineUntil(TxId txid, List<Wanted> wants) {
        for (int blocks = 0; blocks < 100; blocks++) {
            if (isConfirmed(txid)) return chain.tip().height().height();
            want(wants, Feerates.FLOOR);
            settle();
            chain.mine(1);
        }
        throw new AssertionError("never in a block");
    }

    private Tx mineUntilSpent(OutPoint outPoint, List<Wanted> wants) {
        for (int blocks = 0; blocks < 100; blocks++) {
            want(wants, Feerates.FLOOR);
            settle();
            Optional<Tx> spender = chain.mempoolSpender(outPoint);
            chain.mine(1);
            if (chain.unspent(outPoint).isEmpty()) return spender.orElseThrow();
        }
        throw new AssertionError("never spent");
    }

    /** Until the wallet has answered after everything that it was told, twice: its own message to itself is in between. */
    private void settle() {
        for (int i = 0; i < 4; i++) this.<WalletActor.Balance>ask(WalletActor.GetBalance::new);
    }

    private Tx awaitSpender(OutPoint outPoint) {
        return AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(10), Duration.ofMillis(5), () -> {
            assertThat(chain.mempoolSpender(outPoint)).isPresent();
            return chain.mempoolSpender(outPoint).get();
        });
    }

    private boolean isConfirmed(TxId txid) {
        for (int height = 1; height <= chain.tip().height().height(); height++)
            if (chain.block(new BlockHeight(height))
                    .orElseThrow()
                    .transactions()
                    .stream()
                    .anyMatch(tx -> tx.txid()
                            .equals(txid)))
                return true;
        return false;
    }

    /** Of the commitment and its child together. */
    private long feerate(Tx child) {
        long parentFee = CAPACITY.sat() - sum(signed);
        return (parentFee + fee(child)) * 1000 / (signed.weight() + child.weight());
    }

    private long fee(Tx tx) {
        long in = 0;
        for (TxInput input : tx.inputs()) in += amount(input.outPoint());
        return in - sum(tx);
    }

    private long amount(OutPoint at) {
        for (int height = chain.tip().height().height(); height > 0; height--)
            for (Tx tx : chain.block(new BlockHeight(height)).orElseThrow().transactions())
                if (tx.txid().equals(at.txid())) return tx.outputs().get(at.index()).amount().sat();
        throw new AssertionError("no such output");
    }

    private static long sum(Tx tx) {
        return tx.outputs().stream().mapToLong(output -> output.amount().sat()).sum();
    }

    private int anchorIndex() {
        for (int i = 0; i < commitment.outputs().size(); i++)
            if (commitment.outputs().get(i) instanceof CommitmentOutput.LocalAnchor) return i;
        throw new AssertionError("no anchor");
    }

    private Wanted anchor(int deadline) {
        Satoshi fee = CAPACITY.minus(new Satoshi(sum(signed)));
        return new Wanted.Anchor(signed, fee, Claim.ofAnchor(commitment, signed.txid(), anchorIndex(), OURS),
                Hurry.until(new BlockHeight(deadline - 18), new BlockHeight(deadline), new Satoshi(110_000)));
    }

    private Wanted stage(CommittedHtlc.Direction direction, int deadline) {
        HtlcTransaction h = commitment.htlcTransactions()
                .stream()
                .filter(one -> one.htlc().direction() == direction)
                .findFirst()
                .orElseThrow();
        var secret = KeyDerivation.secret(THEIRS.htlc(), THEIRS.basepoints().htlc(), OURS.perCommitmentPoint(5));
        Bytes preimage = direction == CommittedHtlc.Direction.RECEIVED ? PREIMAGE.bytes() : Bytes.EMPTY;
        return new Wanted.SecondStage(h, HtlcTransactions.signForOwner(h, secret), preimage,
                Claim.htlcSecret(commitment, OURS), Hurry.until(chain.tip().height(), new BlockHeight(deadline),
                        h.inputAmount()));
    }

    private <T> T ask(Function<ActorRef<T>, WalletActor.Command> command) {
        return AskPattern.<WalletActor.Command, T>ask(wallet, command::apply, Duration.ofSeconds(10), AKKA.scheduler())
                .toCompletableFuture()
                .join();
    }
}
