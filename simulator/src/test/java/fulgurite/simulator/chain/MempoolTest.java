package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.FINAL;
import static fulgurite.simulator.chain.ChainFixture.KEY;
import static fulgurite.simulator.chain.ChainFixture.REPLACEABLE;
import static fulgurite.simulator.chain.ChainFixture.SCRIPT;
import static fulgurite.simulator.chain.ChainFixture.accepted;
import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.p2wsh;
import static fulgurite.simulator.chain.ChainFixture.pay;
import static fulgurite.simulator.chain.ChainFixture.rejected;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static fulgurite.simulator.chain.ChainFixture.spendScript;
import static org.assertj.core.api.Assertions.assertThat;

import fr.acinq.bitcoin.Script;
import fr.acinq.bitcoin.Transaction;
import fr.acinq.bitcoin.TxOut;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the mempool refuses, and in which words. */
class MempoolTest {
    private static final Bytes FIVE_BLOCKS_OLD = Bytes.fromHex("55b2");
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;

    @Test
    void refuses_unknown_and_spent_inputs() {
        var nowhere = new Spendable(new OutPoint(TxId.fromHex("ab".repeat(32)), 0),
                new TxOutput(new Satoshi(50_000), SCRIPT));
        assertRefused(spend(nowhere, 500), "bad-txns-inputs-missingorspent");
        Spendable coin = fixture.coin(100_000);
        assertRefused(spend(new Spendable(new OutPoint(coin.outPoint().txid(), 7), coin.output()), 500),
                "bad-txns-inputs-missingorspent");
        chain.publish(spend(coin, 500));
        chain.mine(1);
        assertRefused(spend(coin, 900), "bad-txns-inputs-missingorspent");
    }

    @Test
    void refuses_a_confirmed_transaction_when_asked_as_for_the_first_time() {
        Tx tx = spend(fixture.coin(100_000), 500);
        chain.publish(tx);
        assertThat(chain.test(tx)).isEqualTo(rejected("txn-already-in-mempool"));
        chain.mine(1);
        assertThat(chain.test(tx)).isEqualTo(rejected("txn-already-known"));
    }

    @Test
    void refuses_a_wrong_signature_and_a_missing_one() {
        Spendable coin = fixture.coin(100_000);
        Tx good = spend(coin, 500);
        var other = new TxOutput(coin.output().amount().minus(new Satoshi(600)), SCRIPT);
        Tx moved = new Tx(2, good.inputs(), List.of(other), 0);
        assertRefusedBeginning(moved, "mandatory-script-verify-flag-failed (");
        assertRefusedBeginning(good.withWitness(0, List.of()), "mandatory-script-verify-flag-failed (");
    }

    @Test
    void refuses_what_only_relay_policy_forbids_as_non_mandatory() {
        Bytes upgradableNop = Bytes.fromHex("51b9");
        Spendable coin = fixture.coin(p2wsh(upgradableNop), 100_000);
        Tx tx = spendScript(coin, upgradableNop, FINAL, 0);
        assertRefusedBeginning(tx, "non-mandatory-script-verify-flag (");
        chain.mineExactly(List.of(tx));
    }

    @Test
    void verifies_taproot_key_path_spends() {
        var key = new fr.acinq.bitcoin.PrivateKey(KEY.toByteArray());
        Bytes script = Bytes.copyOf(Script
                .write(Script.pay2tr(key.publicKey().xOnly(),
                        fr.acinq.bitcoin.Crypto.TaprootTweak.KeyPathTweak.INSTANCE)));
        Spendable coin = fixture.coin(script, 100_000);
        var unsigned = new Tx(2, List.of(TxInput.unsigned(coin.outPoint(), FINAL)),
                List.of(new TxOutput(new Satoshi(99_000), SCRIPT)), 0);
        var spent = List.of(new TxOut(new fr.acinq.bitcoin.Satoshi(100_000), script.toByteArray()));
        var signature = Transaction.signInputTaprootKeyPath(key, Transaction.read(unsigned.toBytes().toByteArray()), 0,
                spent, 0, null, null, null);
        byte[] raw = signature.toByteArray();
        Tx good = unsigned.withWitness(0, List.of(Bytes.copyOf(raw)));
        raw[10] ^= 1;
        assertRefusedBeginning(unsigned.withWitness(0, List.of(Bytes.copyOf(raw))),
                "mandatory-script-verify-flag-failed (");
        assertThat(chain.publish(good)).isEqualTo(accepted());
    }

    @Test
    void refuses_a_lock_time_that_is_not_over() {
        Spendable coin = fixture.coin(100_000);
        int next = chain.tip().height().height() + 1;
        assertRefused(spend(coin, 500, 0, next), "non-final");
        assertThat(chain.test(spend(coin, 500, FINAL, next))).isEqualTo(accepted());
        assertThat(chain.test(spend(coin, 500, 0, next - 1))).isEqualTo(accepted());
        long time = chain.block(new BlockHeight(next - 1)).orElseThrow().timeSeconds();
        assertRefused(spend(coin, 500, 0, time), "non-final");
        chain.mine(6);
        assertThat(chain.publish(spend(coin, 500, 0, time))).isEqualTo(accepted());
    }

    @Test
    void refuses_an_input_younger_than_its_sequence_demands() {
        Spendable coin = fixture.coin(100_000);
        Tx tx = spend(coin, 500, 3, 0);
        assertRefused(tx, "non-BIP68-final");
        chain.mine(1);
        assertRefused(tx, "non-BIP68-final");
        chain.mine(1);
        assertThat(chain.publish(tx)).isEqualTo(accepted());
    }

    @Test
    void counts_a_time_based_sequence_in_units_of_512_seconds_of_median_time() {
        Spendable coin = fixture.coin(100_000);
        Tx tx = spend(coin, 500, 1L << 22 | 2, 0);
        assertRefused(tx, "non-BIP68-final");
        chain.mine(1);
        assertThat(chain.publish(tx)).isEqualTo(accepted());
    }

    @Test
    void refuses_a_check_sequence_verify_that_is_not_met() {
        Spendable coin = fixture.coin(p2wsh(FIVE_BLOCKS_OLD), 100_000);
        assertRefused(spendScript(coin, FIVE_BLOCKS_OLD, 5, 0), "non-BIP68-final");
        chain.mine(4);
        assertRefusedBeginning(spendScript(coin, FIVE_BLOCKS_OLD, 4, 0), "mandatory-script-verify-flag-failed (");
        assertThat(chain.publish(spendScript(coin, FIVE_BLOCKS_OLD, 5, 0))).isEqualTo(accepted());
    }

    @Test
    void refuses_a_check_lock_time_verify_that_is_not_met() {
        // Height 110 in a script: push of one byte 6e, CHECKLOCKTIMEVERIFY.
        Bytes until110 = Bytes.fromHex("016eb1");
        Spendable coin = fixture.coin(p2wsh(until110), 100_000);
        assertRefused(spendScript(coin, until110, 0, 110), "non-final");
        assertRefusedBeginning(spendScript(coin, until110, 0, 100), "mandatory-script-verify-flag-failed (");
        chain.mine(110 - chain.tip().height().height());
        assertThat(chain.publish(spendScript(coin, until110, 0, 110))).isEqualTo(accepted());
    }

    @Test
    void refuses_a_fee_below_one_satoshi_a_virtual_byte() {
        Spendable coin = fixture.coin(100_000);
        Tx tx = spend(coin, 500);
        int virtualSize = (tx.weight() + 3) / 4;
        assertRefused(spend(coin, virtualSize - 1), "min relay fee not met");
        assertThat(chain.publish(spend(coin, virtualSize))).isEqualTo(accepted());
    }

    @Test
    void refuses_dust_at_the_threshold_of_each_kind_of_output() {
        Spendable coin = fixture.coin(100_000);
        Bytes hash = Bytes.fromHex("77".repeat(20));
        assertDustBelow(coin, SCRIPT, 294);
        assertDustBelow(coin, p2wsh(FIVE_BLOCKS_OLD), 330);
        assertDustBelow(coin, Bytes.concat(Bytes.fromHex("5120"), Bytes.fromHex("77".repeat(32))), 330);
        assertDustBelow(coin, Bytes.concat(Bytes.fromHex("76a914"), hash, Bytes.fromHex("88ac")), 546);
        assertDustBelow(coin, Bytes.concat(Bytes.fromHex("a914"), hash, Bytes.fromHex("87")), 540);
        assertDustBelow(coin, Bytes.fromHex("51024e73"), 240);
    }

    @Test
    void refuses_nonstandard_transactions() {
        Spendable coin = fixture.coin(100_000);
        var output = new TxOutput(new Satoshi(90_000), SCRIPT);
        var data = new TxOutput(Satoshi.ZERO, Bytes.fromHex("6a0401020304"));
        var input = TxInput.unsigned(coin.outPoint(), REPLACEABLE);
        assertRefused(new Tx(0, List.of(input), List.of(output), 0), "version");
        assertRefused(new Tx(4, List.of(input), List.of(output), 0), "version");
        assertRefused(new Tx(2, List.of(input), List.of(new TxOutput(output.amount(), Bytes.fromHex("51"))), 0),
                "scriptpubkey");
        assertRefused(new Tx(2, List.of(input), List.of(output, data, data), 0), "multi-op-return");
        var small = new TxOutput(Satoshi.ZERO, Bytes.fromHex("6a"));
        assertRefused(new Tx(2, List.of(input), List.of(small), 0), "tx-size-small");
        var noPush = new TxInput(coin.outPoint(), Bytes.fromHex("76"), FINAL, List.of());
        assertRefused(new Tx(2, List.of(noPush), List.of(output), 0), "scriptsig-not-pushonly");
        assertRefused(new Tx(2, List.of(input), Collections.nCopies(3_300, output), 0), "tx-size");
    }

    @Test
    void refuses_malformed_transactions() {
        Spendable coin = fixture.coin(100_000);
        var output = new TxOutput(new Satoshi(90_000), SCRIPT);
        var input = TxInput.unsigned(coin.outPoint(), REPLACEABLE);
        assertRefused(new Tx(2, List.of(input), List.of(), 0), "bad-txns-vout-empty");
        assertRefused(new Tx(2, List.of(input, input), List.of(output), 0), "bad-txns-inputs-duplicate");
        assertRefused(new Tx(2, List.of(input), List.of(new TxOutput(new Satoshi(2_100_000_000_000_001L), SCRIPT)), 0),
                "bad-txns-vout-toolarge");
        assertRefused(new Tx(2, List.of(input), Collections.nCopies(34_000, output), 0), "bad-txns-oversize");
        assertRefused(new Tx(2, List.of(input, TxInput.unsigned(OutPoint.NONE, 0)), List.of(output), 0),
                "bad-txns-prevout-null");
        assertRefused(pay(coin, List.of(new TxOutput(new Satoshi(100_001), SCRIPT)), FINAL, 0),
                "bad-txns-in-belowout");
    }

    @Test
    void refuses_a_coinbase_and_the_early_spending_of_one() {
        chain.mine(1, SCRIPT);
        Tx reward = chain.block(new BlockHeight(1)).orElseThrow().transactions().getFirst();
        assertThat(chain.test(reward)).isEqualTo(rejected("coinbase"));
        chain.mine(98);
        assertRefused(spend(output(reward, 0), 500), "bad-txns-premature-spend-of-coinbase");
        chain.mine(1);
        assertThat(chain.publish(spend(output(reward, 0), 500))).isEqualTo(accepted());
    }

    @Test
    void a_replacement_must_pay_more_than_all_it_replaces_and_for_its_own_relay() {
        Spendable coin = fixture.coin(100_000);
        Tx first = spend(coin, 1_000);
        Tx child = spend(output(first, 0), 2_000);
        chain.publish(first);
        chain.publish(child);
        assertRefused(spend(coin, 1_000, FINAL, 0), "insufficient fee");
        assertRefused(spend(coin, 3_000), "insufficient fee");
        assertRefused(spend(coin, 3_109), "insufficient fee");
        Tx better = spend(coin, 3_110);
        assertThat(chain.publish(better)).isEqualTo(accepted());
        assertThat(chain.mempool()).containsExactly(better);
        assertThat(chain.mempoolSpender(coin.outPoint())).contains(better);
    }

    @Test
    void a_replacement_must_not_have_a_lower_feerate() {
        Spendable coin = fixture.coin(100_000);
        chain.publish(spend(coin, 1_000));
        var many = Collections.nCopies(40, new TxOutput(new Satoshi(2_000), SCRIPT));
        // It pays twenty times as much, for sixty times the size.
        assertRefused(pay(coin, Collections.nCopies(230, new TxOutput(new Satoshi(347), SCRIPT)), FINAL, 0),
                "insufficient fee");
        assertThat(chain.publish(pay(coin, many, FINAL, 0))).isEqualTo(accepted());
    }

    @Test
    void a_replacement_must_not_add_unconfirmed_inputs_or_spend_what_it_replaces() {
        Spendable coin = fixture.coin(100_000);
        Spendable second = fixture.coin(60_000);
        Tx old = spend(coin, 1_000);
        Tx unconfirmed = spend(second, 1_000);
        chain.publish(old);
        chain.publish(unconfirmed);
        assertRefused(joined(coin, output(unconfirmed, 0)), "replacement-adds-unconfirmed");
        assertRefused(joined(coin, output(old, 0)), "bad-txns-spends-conflicting-tx");
    }

    @Test
    void a_chain_of_unconfirmed_transactions_ends_at_twenty_five() {
        Tx tx = spend(fixture.coin(100_000), 500);
        for (int i = 0; i < 25; i++) {
            assertThat(chain.publish(tx)).isEqualTo(accepted());
            tx = spend(output(tx, 0), 500);
        }
        assertRefused(tx, "too-long-mempool-chain");
    }

    @Test
    void a_second_witness_for_the_same_transaction_is_refused() {
        Bytes script = Bytes.fromHex("7551");
        Spendable coin = fixture.coin(p2wsh(script), 100_000);
        Tx tx = spendScript(coin, script, FINAL, 0);
        assertThat(chain.publish(tx.withWitness(0, List.of(Bytes.fromHex("01"), script)))).isEqualTo(accepted());
        assertRefused(tx.withWitness(0, List.of(Bytes.fromHex("02"), script)), "txn-same-nonwitness-data-in-mempool");
    }

    @Test
    void a_witness_item_over_eighty_bytes_is_not_standard() {
        Bytes script = Bytes.fromHex("7551");
        Spendable coin = fixture.coin(p2wsh(script), 100_000);
        Tx tx = spendScript(coin, script, FINAL, 0);
        assertRefused(tx.withWitness(0, List.of(Bytes.zeros(81), script)), "bad-witness-nonstandard");
        assertThat(chain.publish(tx.withWitness(0, List.of(Bytes.zeros(80), script)))).isEqualTo(accepted());
    }

    private void assertRefused(Tx tx, String reason) {
        assertThat(chain.publish(tx)).isEqualTo(rejected(reason));
    }

    private void assertRefusedBeginning(Tx tx, String reason) {
        assertThat(chain.publish(tx)).isInstanceOfSatisfying(Published.Rejected.class,
                refused -> assertThat(refused.reason()).startsWith(reason));
    }

    private void assertDustBelow(Spendable coin, Bytes script, long threshold) {
        var rest = new TxOutput(new Satoshi(90_000), SCRIPT);
        assertThat(chain.test(pay(coin, List.of(new TxOutput(new Satoshi(threshold - 1), script), rest), FINAL, 0)))
                .isEqualTo(rejected("dust"));
        assertThat(chain.test(pay(coin, List.of(new TxOutput(new Satoshi(threshold), script), rest), FINAL, 0)))
                .isEqualTo(accepted());
    }

    private static Tx joined(Spendable first, Spendable second) {
        var inputs = new ArrayList<TxInput>();
        for (Spendable coin : List.of(first, second)) inputs.add(TxInput.unsigned(coin.outPoint(), REPLACEABLE));
        var tx = new Tx(2, inputs, List.of(new TxOutput(new Satoshi(100_000), SCRIPT)), 0);
        tx = P2wpkh.sign(tx, 0, first.output().amount(), KEY);
        return P2wpkh.sign(tx, 1, second.output().amount(), KEY);
    }
}
