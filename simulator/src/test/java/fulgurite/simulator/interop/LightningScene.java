package fulgurite.simulator.interop;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One bitcoind, one node of ours and one of another implementation, both with coins. */
final class LightningScene<N extends OtherNode> implements AutoCloseable {
    /** Starts the other node. */
    interface Begin<N> {
        N on(Path directory, BitcoinCore bitcoind);
    }

    static final long FUNDING = 1_000_000;
    static final long PUSH = 400_000;
    static final long COINS = 10_000_000;
    private static final int MOST_BLOCKS = 200;

    final BitcoinCore bitcoind;
    final N peer;
    private final Path directory;
    private final Begin<N> begin;
    final Ours us;
    private int labels;

    LightningScene(Path directory, Begin<N> begin, String... featuresOff) {
        this.directory = directory;
        this.begin = begin;
        bitcoind = new BitcoinCore(directory.resolve("bitcoind"));
        peer = begin.on(directory.resolve("peer"), bitcoind);
        us = new Ours("us", directory.resolve("us"), bitcoind, List.of(featuresOff));
        bitcoind.pay(await(us.service().newAddress()), 0.1);
        bitcoind.pay(peer.newAddress(), 0.1);
        mine(1);
        until("both have coins", () -> us.onChainSat() == 10_000_000 && peer.onChainSat() == 10_000_000);
    }

    /** Another node as theirs, without coins. */
    N another() {
        return begin.on(directory.resolve("another"), bitcoind);
    }

    NodeId them() {
        return peer.id();
    }

    void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            bitcoind.mine(1);
            int height = bitcoind.height();
            until("both see block " + height, () -> us.height() >= height && peer.height() >= height);
        }
    }

    void mineUntil(String what, BooleanSupplier condition) {
        for (int blocks = 0; !condition.getAsBoolean(); blocks++) {
            assertThat(blocks).as(what).isLessThan(MOST_BLOCKS);
            mine(1);
        }
    }

    void connect(String uri) {
        await(us.service().connect(uri));
    }

    void weOpen() {
        await(us.service()
                .create(new NodeService.Create(them(), new Satoshi(FUNDING), new Satoshi(PUSH), true, false, Optional
                        .empty())));
        usable();
    }

    void theyOpen() {
        peer.open(us.id(), FUNDING, PUSH);
        usable();
    }

    void usable() {
        until("the funding is in the mempool", () -> bitcoind.mempool() > 0);
        mine(6);
        mineUntil("both may use it", () -> us.channel(them()).state().equals("normal") && peer.isUsable(us.id()));
    }

    String theirInvoice(long msat) {
        return peer.invoice(msat, label(labels++));
    }

    /** Of their n-th invoice. */
    String label(int number) {
        return "label " + number;
    }

    /** After either was restarted. */
    void connected() {
        until("they are connected", () -> us.channel(them()).connected() && peer.isConnected(us.id()));
    }

    NodeService.Payment wePay(String bolt11) {
        return await(us.service().pay(bolt11, Optional.empty()));
    }

    boolean theyPay(String bolt11) {
        return peer.pay(bolt11);
    }

    void bothPay() {
        long before = us.channel(them()).ours().msat();
        assertThat(wePay(theirInvoice(30_000_000))).satisfies(paid -> assertThat(paid.state()).as("%s", paid.failure())
                .isEqualTo(PaymentState.SUCCEEDED));
        assertThat(theyPay(us.invoice(20_000_000))).isTrue();
        settled();
        assertThat(us.channel(them()).ours().msat()).isEqualTo(before - 10_000_000);
    }

    /** Nothing is pending, and both count the same money. */
    void settled() {
        until("nothing is pending", () -> us.channel(them()).htlcsIn() + us.channel(them()).htlcsOut() == 0
                && peer.pending(us.id()) == 0);
        until("both count the same", () -> us.channel(them()).theirs().msat() == peer.toUsMsat(us.id()));
    }

    /** We dial and open, and both pay. */
    void weOpenAndBothPay() {
        connect(peer.tcpUri());
        weOpen();
        bothPay();
    }

    void weCloseByAgreement() {
        assertThat(await(us.service().close(us.channel(them()).channelId(), false)).mutual()).isTrue();
    }

    /** After a close of a channel that we opened and both have paid over. */
    void settledOnChain() {
        closedEverywhere();
        bothHave(COINS - PUSH - 10_000, COINS + PUSH + 10_000);
    }

    void closedEverywhere() {
        mineUntil("it is closed here", () -> us.channels().stream().allMatch(one -> one.state().equals("closed")));
        mineUntil("it is closed there", () -> peer.isClosed(us.id()));
    }

    void bothHave(long ours, long theirs) {
        mineUntil("our money is home", () -> Math.abs(us.onChainSat() - ours) < 20_000);
        mineUntil("theirs too", () -> Math.abs(peer.onChainSat() - theirs) < 20_000);
    }

    @Override
    public void close() {
        us.close();
        peer.close();
        bitcoind.close();
    }
}
