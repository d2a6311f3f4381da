package fulgurite.node.wallet;

import fulgurite.node.chain.bitcoind.BitcoindWallet.Kind;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.LockBook.Hold;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.units.OutPoint;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps bitcoind's wallet as the node's book has it: unlocks what nobody waits for any more, locks again what an earlier
 * run has locked, forgets what is spent, and takes another address home when the last one has been paid. Not for sharing
 * between threads.
 */
final class Tidying {
    private final BitcoindWallet wallet;
    private final BitcoindFunding funding;
    private final LockBook book;
    private final String label;
    private final SortedSet<Long> closing = new TreeSet<>();
    /** What an earlier run of the node has locked for channels that are still there: it may not be locked any more. */
    private List<Hold> unassured = List.of();
    private boolean recovered;
    private boolean underWay;
    private Optional<Address> home = Optional.empty();

    /** What was done. @param assured what is locked for sure; @param home another address, since the one before has been paid */
    record Done(List<Hold> assured, Optional<Address> home) {}

    /** @param label of the addresses home */
    Tidying(BitcoindWallet wallet, BitcoindFunding funding, LockBook book, String label) {
        this.wallet = wallet;
        this.funding = funding;
        this.book = book;
        this.label = label;
    }

    void bringTo(Address address) {
        home = Optional.of(address);
    }

    Address home() {
        return home.orElseThrow();
    }

    /** @param pays whether money of it is brought home, or not any more */
    void closes(long channel, boolean pays) {
        if (pays) closing.add(channel);
        else closing.remove(channel);
    }

    /** These channels are there, and no other. To be told before anything is tidied: what is not locked any more would count as spent. */
    void recovered(SortedSet<Long> channels) {
        recovered = true;
        unassured = book.holds()
                .stream()
                .filter(hold -> !hold.isOver() && hold.channel().filter(channels::contains).isPresent())
                .toList();
    }

    /** @return whether {@link #work} is to be done now: there is something to look at, and it is not being done */
    boolean begin() {
        boolean isTidy = book.holds().isEmpty() && closing.isEmpty();
        if (underWay || isTidy) return false;
        underWay = true;
        return true;
    }

    CompletionStage<Done> work() {
        List<Hold> assured = unassured;
        List<OutPoint> coins = assured.stream()
                .filter(hold -> book.holds().contains(hold))
                .flatMap(hold -> hold.coins().stream())
                .toList();
        boolean mayForget = recovered;
        boolean isPaidFor = !closing.isEmpty();
        Address last = home();
        return funding.releaseAll()
                .thenCompose(done -> wallet.keepLocked(coins))
                .thenCompose(done -> mayForget ? funding.forgetSpent() : CompletableFuture.<Void>completedStage(null))
                .thenCompose(done -> isPaidFor ? wallet.isPaid(last) : CompletableFuture.completedStage(false))
                .thenCompose(isPaid -> isPaid
                        ? wallet.newAddress(Kind.BECH32, label).thenApply(Optional::of)
                        : CompletableFuture.completedStage(Optional.<Address>empty()))
                .thenApply(another -> new Done(assured, another));
    }

    void ended(Done done) {
        underWay = false;
        unassured = unassured.stream().filter(hold -> !done.assured().contains(hold)).toList();
    }

    void failed() {
        underWay = false;
    }

    /** Whether something is to be unlocked or locked again. */
    boolean isUrgent() {
        return !unassured.isEmpty() || book.holds().stream().anyMatch(Hold::isOver);
    }
}
