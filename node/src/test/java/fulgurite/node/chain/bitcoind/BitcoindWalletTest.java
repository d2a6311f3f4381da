package fulgurite.node.chain.bitcoind;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.bitcoind.BitcoindWallet.CoinTakenException;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Entry;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Poor;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Wish;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a wallet of bitcoind's is asked for, and what is made of what it says. */
class BitcoindWalletTest {
    private static final String GOOD = "{\"private_keys_enabled\":true,\"external_signer\":false,\"blank\":false}";
    private static final OutPoint COIN = new OutPoint(TxId.fromText("11".repeat(32)), 1);

    private final FakeBitcoind bitcoind = new FakeBitcoind();
    private final BitcoindBackend backend = new BitcoindBackend(bitcoind.settings(), () -> Instant.EPOCH);
    private final BitcoindWallet wallet = backend.wallet("shop");

    @AfterEach
    void end() {
        backend.close();
        bitcoind.close();
    }

    @Test
    void one_that_is_there_and_can_pay_is_good_encrypted_or_not() {
        bitcoind.answers("getwalletinfo", GOOD);
        wallet.require().toCompletableFuture().join();
        bitcoind.answers("getwalletinfo", "{\"private_keys_enabled\":true,\"unlocked_until\":1900000000}");
        wallet.require().toCompletableFuture().join();
        assertThat(bitcoind.calls).doesNotContain("loadwallet");
    }

    @Test
    void one_that_is_not_loaded_is_loaded_and_asked_again() {
        bitcoind.refuses("getwalletinfo", -18, "Requested wallet does not exist or is not loaded");
        bitcoind.answers("loadwallet", "{\"name\":\"shop\"}");
        assertThat(reason(wallet.require())).contains("does not exist or is not loaded");
        assertThat(bitcoind.calls).containsSubsequence("getwalletinfo", "loadwallet", "getwalletinfo");
    }

    @Test
    void a_missing_one_says_how_to_make_it() {
        bitcoind.refuses("getwalletinfo", -18, "Requested wallet does not exist or is not loaded");
        bitcoind.refuses("loadwallet", -18, "Wallet file verification failed. Path does not exist.");
        assertThat(reason(wallet.require())).contains("has no wallet \"shop\"")
                .contains("Path does not exist")
                .contains("createwallet \"shop\"")
                .contains("wallet.bitcoind.name");
    }

    @Test
    void one_that_cannot_sign_is_refused_with_what_to_do() {
        bitcoind.answers("getwalletinfo", "{\"private_keys_enabled\":false}");
        assertThat(reason(wallet.require())).contains("no private keys").contains("wallet.bitcoind.name");
        bitcoind.answers("getwalletinfo", "{\"private_keys_enabled\":true,\"unlocked_until\":0}");
        assertThat(reason(wallet.require())).contains("encrypted and locked")
                .contains("bitcoin-cli -rpcwallet=shop walletpassphrase");
        bitcoind.answers("getwalletinfo", "{\"private_keys_enabled\":true,\"external_signer\":true}");
        assertThat(reason(wallet.require())).contains("device");
        bitcoind.answers("getwalletinfo", "{\"private_keys_enabled\":true,\"blank\":true}");
        assertThat(reason(wallet.require())).contains("blank");
    }

    @Test
    void a_bitcoind_without_wallets_is_told_apart() {
        assertThat(reason(wallet.require())).contains("has no wallets").contains("wallet.kind = own");
    }

    @Test
    void a_wallets_name_is_part_of_its_path_whatever_it_is() {
        assertThat(BitcoindWallet.url(URI.create("http://127.0.0.1:8332"), "my wallet/1"))
                .isEqualTo(URI.create("http://127.0.0.1:8332/wallet/my%20wallet%2F1"));
        assertThat(BitcoindWallet.url(URI.create("http://127.0.0.1:8332"), ""))
                .isEqualTo(URI.create("http://127.0.0.1:8332/wallet/"));
    }

    @Test
    void too_little_money_is_told_with_what_could_be_spent() {
        bitcoind.refuses("fundrawtransaction", -4, "Insufficient funds");
        bitcoind.answers("listunspent", """
                [{"amount":0.5,"safe":true},{"amount":0.25,"safe":false},{"amount":0.00000001,"safe":true}]""");
        var wish = new Wish(List.of(), List.of(new TxOutput(new Satoshi(1_000), Bytes.EMPTY)),
                new FeeratePerKw(1_000), false, false);
        assertThat(wallet.draft(wish).toCompletableFuture().join()).isEqualTo(new Poor(new Satoshi(50_000_001)));
    }

    @Test
    void a_coin_that_another_has_locked_is_told_apart_from_what_is_unlocked_already() {
        bitcoind.refuses("lockunspent", -8, "Invalid parameter, output already locked");
        assertThat(failure(wallet.lock(List.of(COIN)))).isInstanceOf(CoinTakenException.class);
        wallet.unlock(List.of(COIN)).toCompletableFuture().join();
        wallet.keepLocked(List.of(COIN)).toCompletableFuture().join();
        bitcoind.refuses("lockunspent", -4, "Locking coin failed");
        assertThat(reason(wallet.unlock(List.of(COIN)))).isEqualTo(
                "bitcoind's wallet \"shop\" says: Locking coin failed");
    }

    @Test
    void what_it_lists_of_each_output_is_put_together_by_transactions() {
        bitcoind.answers("listsinceblock", """
                {"transactions":[
                {"txid":"%1$s","category":"send","amount":-0.3,"fee":-0.001,"confirmations":0,"time":9},
                {"txid":"%1$s","category":"send","amount":-0.199,"fee":-0.001,"confirmations":0,"time":9},
                {"txid":"%1$s","category":"receive","amount":0.199,"confirmations":0,"time":9},
                {"txid":"%2$s","category":"receive","amount":0.5,"confirmations":3,"blockheight":7,"time":5},
                {"txid":"%3$s","category":"send","amount":-0.1,"fee":-0.1,"confirmations":0,"time":8,
                 "replaced_by_txid":"%1$s"},
                {"txid":"%4$s","category":"send","amount":-0.1,"fee":-0.1,"confirmations":-2,"time":8}]}"""
                .formatted("aa".repeat(32), "bb".repeat(32), "cc".repeat(32), "dd".repeat(32)));
        assertThat(wallet.transactions().toCompletableFuture().join()).containsExactly(
                new Entry(TxId.fromText("bb".repeat(32)), Optional.of(7), new Satoshi(50_000_000), Satoshi.ZERO,
                        Optional.empty()),
                new Entry(TxId.fromText("aa".repeat(32)), Optional.empty(), new Satoshi(19_900_000),
                        new Satoshi(50_000_000), Optional.of(new Satoshi(100_000))));
    }

    private String reason(CompletionStage<?> stage) {
        return wallet.reason(failure(stage));
    }

    private static Throwable failure(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            return BitcoindBackend.cause(e);
        }
        throw new AssertionError("it did not fail");
    }
}
