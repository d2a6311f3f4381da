package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.node.wallet.ScanPoint;
import fulgurite.node.wallet.WalletKeys.Branch;
import fulgurite.node.wallet.WalletKeys.KeyPath;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.simulator.bitcoind.Bitcoind;
import fulgurite.simulator.bitcoind.PlayedOn;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a seed's coins begin, by a real bitcoind's own search. */
class WalletSearchTest {
    @TempDir
    Path directory;
    private final WalletKeys keys = WalletKeys.of(HdKeys.fromSeed(Bytes.fromHex("42".repeat(32))),
            BitcoinNetwork.REGTEST);

    @BeforeEach
    void bitcoind_is_there() {
        PlayedOn.BITCOIND.assumePresent();
    }

    @Test
    void among_unspent_outputs_it_finds_the_first_coin_and_how_many_addresses_are_used() {
        try (Bitcoind bitcoind = Bitcoind.start(directory)) {
            mine(bitcoind, 200, elsewhere());
            mine(bitcoind, 1, address(Branch.RECEIVE, 150));
            mine(bitcoind, 1, address(Branch.TAPROOT_RECEIVE, 3));
            mine(bitcoind, 300, elsewhere());
            ScanPoint found = search(bitcoind).orElseThrow();

            assertThat(found.next()).isEqualTo(new BlockHeight(201));
            assertThat(found.used()).containsEntry(Branch.RECEIVE, 151)
                    .containsEntry(Branch.TAPROOT_RECEIVE, 4)
                    .containsEntry(Branch.CHANGE, 0);
        }
    }

    @Test
    void with_an_index_of_block_filters_it_finds_where_the_first_payment_was_spent_or_not() {
        try (Bitcoind bitcoind = Bitcoind.start(directory, "-blockfilterindex=1")) {
            mine(bitcoind, 120, elsewhere());
            mine(bitcoind, 1, address(Branch.CHANGE, 7));
            mine(bitcoind, 300, elsewhere());
            assertThat(search(bitcoind).orElseThrow().next()).isEqualTo(new BlockHeight(121));
        }
    }

    @Test
    void where_nothing_is_found_only_the_last_blocks_are_scanned() {
        try (Bitcoind bitcoind = Bitcoind.start(directory)) {
            mine(bitcoind, 200, elsewhere());
            assertThat(search(bitcoind).orElseThrow().next()).isEqualTo(new BlockHeight(56));
        }
    }

    private Optional<ScanPoint> search(Bitcoind bitcoind) {
        try (var backend = new BitcoindBackend(
                BitcoindSettings.of(bitcoind.url(), bitcoind.credentials(), BitcoinNetwork.REGTEST),
                InstantSource.system())) {
            return Wallets.search(keys, backend, said -> {}).toCompletableFuture().join();
        }
    }

    private String address(Branch branch, int index) {
        return keys.address(new KeyPath(branch, index)).toString();
    }

    private static String elsewhere() {
        return WalletKeys.of(HdKeys.fromSeed(Bytes.fromHex("43".repeat(32))), BitcoinNetwork.REGTEST)
                .address(new KeyPath(Branch.RECEIVE, 0))
                .toString();
    }

    private static void mine(Bitcoind bitcoind, int blocks, String to) {
        assertThat(bitcoind.call("generatetoaddress", blocks, to)).isNotEqualTo(List.of());
    }
}
