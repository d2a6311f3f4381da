package fulgurite.node.wallet;

import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.PlayedChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@link WalletActor} does for the channels of one node, without an actor: its coins, and what it brings home. */
public final class Hands {
    /** What was refused together goes alone at once; so often at most. */
    private static final int ROUNDS = 10;
    private final PlayedChain chain;
    private final Wallet wallet;
    private final WalletPurse purse;
    private final SweepDesk desk;
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<Tx> offered = new ArrayList<>();

    /** The chain did not take {@code tx}. @param reason in bitcoind's words */
    public record Refusal(Tx tx, String reason) {}

    /** @param seed 16 bytes or more */
    public Hands(PlayedChain chain, Bytes seed) {
        this.chain = chain;
        wallet = new Wallet(WalletKeys.of(HdKeys.fromSeed(seed), BitcoinNetwork.REGTEST));
        purse = new WalletPurse(wallet);
        desk = new SweepDesk(purse);
    }

    /** Where others may pay to. */
    public Bytes newScript() {
        return wallet.addresses().next(WalletKeys.Kind.P2WPKH).script();
    }

    /** What is in blocks and ours. */
    public Satoshi confirmed() {
        return wallet.confirmed();
    }

    /** A signed transaction with that output first, not published; empty when the coins are not enough. */
    public Optional<Tx> fund(TxOutput output, FeeratePerKw feerate) {
        return CoinSelection.fund(wallet, List.of(output), feerate) instanceof WalletActor.Funded funded
                ? Optional.of(funded.tx())
                : Optional.empty();
    }

    public void release(Tx tx) {
        wallet.release(tx);
    }

    /** Takes the place of what that channel wanted before. */
    public void want(long channel, List<Wanted> wants) {
        desk.want(channel, wants);
    }

    public void follow(ChainEvent event) {
        switch (event) {
            case ChainEvent.BlockConnected connected -> wallet.connected(connected.block());
            case ChainEvent.BlockDisconnected gone -> wallet.disconnected(gone.block().height());
            case ChainEvent.MempoolAccepted accepted -> wallet.unconfirmed(accepted.tx());
        }
    }

    /** All that the chain has told has been heard: is what waits for a block still there? As {@link WalletActor} asks. */
    public void caughtUp() {
        for (Tx tx : wallet.waiting()) {
            if (!wallet.isWaiting(tx)) continue;
            Optional<Tx> spender = tx.inputs()
                    .stream()
                    .flatMap(input -> chain.mempoolSpender(input.outPoint()).stream())
                    .findFirst();
            if (spender.isPresent()) wallet.unconfirmed(spender.get());
            else
                if (chain.publish(tx) instanceof Published.Rejected(String reason)
                        && reason.equals(Standing.INPUT_IS_GONE))
                    wallet.forget(tx);
        }
    }

    /** Publishes what is due at that height. */
    public void sweep(BlockHeight height, Feerates feerates) {
        desk.look(height, feerates);
        for (int round = 0; round < ROUNDS && sweepOnce(); round++) continue;
    }

    /** All that it has offered to the chain so far, taken or not. */
    public List<Tx> offered() {
        return List.copyOf(offered);
    }

    /** All that was refused so far. */
    public List<Refusal> refusals() {
        return List.copyOf(refusals);
    }

    private boolean sweepOnce() {
        boolean refused = false;
        for (List<Tx> together : desk.due()) {
            offered.add(together.getLast());
            Published said = together.size() == 1
                    ? chain.publish(together.getFirst())
                    : chain.publishPackage(together);
            Optional<String> reason = said instanceof Published.Rejected(String why)
                    ? Optional.of(why)
                    : Optional.empty();
            reason.ifPresent(why -> refusals.add(new Refusal(together.getLast(), why)));
            desk.answered(together.getLast().txid(), reason);
            refused |= reason.isPresent();
        }
        return refused;
    }
}
