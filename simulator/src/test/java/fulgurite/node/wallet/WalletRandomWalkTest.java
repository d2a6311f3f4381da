package fulgurite.node.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestBackend;
import fulgurite.simulator.chain.RegtestChain;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wallet that has lived through a random history holds what a new one finds by scanning what came of it. */
class WalletRandomWalkTest {
    private static final Bytes ELSEWHERE = Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32)));
    private static final int STEPS = 60;
    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final Wallet wallet = newWallet();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_rescan_finds_what_the_living_wallet_has(long seed) {
        chain.subscribe(event -> follow(wallet, event));
        var random = new Random(seed);
        int sent = 0;
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(6)) {
                case 0 -> chain.faucet(wallet.addresses().next(WalletKeys.Kind.P2WPKH).script(),
                        new Satoshi(50_000 + random.nextInt(100_000)));
                case 1, 2 -> sent += spend(random) ? 1 : 0;
                case 3 -> chain.mine(1 + random.nextInt(3));
                case 4 -> chain.mine(1, wallet.addresses().next(WalletKeys.Kind.P2WPKH).script());
                case 5 -> reorganise(random);
                default -> throw new AssertionError();
            }
            askForWhatWaits();
            assertSameAsRescanned(step);
        }
        assertThat(sent).as("payments made").isGreaterThan(5);
    }

    private boolean spend(Random random) {
        var output = new TxOutput(new Satoshi(1_000 + random.nextInt(40_000)), ELSEWHERE);
        if (!(CoinSelection.fund(wallet, List.of(output),
                new FeeratePerKw(300 + random.nextInt(2_000))) instanceof WalletActor.Funded funded))
            return false;
        if (random.nextInt(4) == 0) {
            wallet.release(funded.tx());
            return false;
        }
        boolean accepted = chain.publish(funded.tx()) instanceof Published.Accepted;
        if (!accepted) wallet.release(funded.tx());
        return accepted;
    }

    private void reorganise(Random random) {
        int depth = Math.min(random.nextInt(3), chain.tip().height().height());
        chain.disconnect(depth);
        if (random.nextBoolean()) return;
        // The rival branch confirms all of what came back at once, or leaves it for its second block.
        chain.mineExactly(random.nextBoolean() ? List.of() : chain.mempool());
        chain.mine(depth);
    }

    /** As {@link WalletActor} does whenever it has caught up. */
    private void askForWhatWaits() {
        var backend = new RegtestBackend(chain);
        for (Tx tx : wallet.waiting())
            switch (Standing.of(tx, backend).toCompletableFuture().join()) {
            case Standing.Waits waits -> {}
            case Standing.Displaced(Tx rival) -> wallet.unconfirmed(rival);
            case Standing.Void gone -> wallet.forget(tx);
            }
        backend.close();
    }

    private void assertSameAsRescanned(int step) {
        Wallet fresh = newWallet();
        for (int height = 0; height <= chain.tip().height().height(); height++)
            fresh.connected(chain.block(new BlockHeight(height)).orElseThrow());
        for (Tx tx : chain.mempool()) fresh.unconfirmed(tx);
        assertThat(unspent(wallet)).as("step " + step).isEqualTo(unspent(fresh));
        assertThat(wallet.confirmed()).isEqualTo(fresh.confirmed());
        for (OutPoint outPoint : confirmedUnspent(wallet))
            assertThat(chain.unspent(outPoint)).as("the chain has " + outPoint).isPresent();
    }

    private List<String> unspent(Wallet of) {
        return of.coins()
                .stream()
                .map(coin -> coin.outPoint() + " " + coin.output().amount() + " " + coin.height())
                .sorted()
                .toList();
    }

    private List<OutPoint> confirmedUnspent(Wallet of) {
        return of.coins().stream().filter(coin -> coin.height().isPresent()).map(Wallet.WalletCoin::outPoint).toList();
    }

    private static void follow(Wallet wallet, ChainEvent event) {
        switch (event) {
            case ChainEvent.BlockConnected connected -> wallet.connected(connected.block());
            case ChainEvent.BlockDisconnected gone -> wallet.disconnected(gone.block().height());
            case ChainEvent.MempoolAccepted accepted -> wallet.unconfirmed(accepted.tx());
        }
    }

    private static Wallet newWallet() {
        return new Wallet(WalletKeys.of(HdKeys.fromSeed(Bytes.fromHex("77".repeat(32))), BitcoinNetwork.REGTEST));
    }
}
