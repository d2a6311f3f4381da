package fulgurite.node.wallet;

import akka.actor.typed.javadsl.ActorContext;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.wallet.WalletActor.Command;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The part of the wallet's shell that brings home what channels want, and watches that there is a reserve for its fees. Not for sharing between threads. */
final class Sweeping {
    private final ActorContext<Command> context;
    private final Wallet wallet;
    private final ChainBackend chain;
    private final WalletPurse purse;
    private final SweepDesk desk;
    private boolean coming;
    private boolean warned;

    record Sweep() implements WalletActor.Own {}

    /** What the mempool said. @param txid of the last one that was offered together */
    record Answered(TxId txid, Published result) implements WalletActor.Own {}

    Sweeping(ActorContext<Command> context, Wallet wallet, ChainBackend chain) {
        this.context = context;
        this.wallet = wallet;
        this.chain = chain;
        this.purse = new WalletPurse(wallet);
        this.desk = new SweepDesk(purse);
    }

    /** From now on what is brought home goes there. */
    void bringTo(Address address) {
        purse.bringTo(address.script());
    }

    /** Takes the place of what the channel wanted before. */
    void want(long channel, List<Wanted> wants) {
        if (desk.want(channel, wants)) sweepSoon();
    }

    void look(BlockHeight height, Feerates feerates) {
        desk.look(height, feerates);
        sweepSoon();
        watchReserve();
    }

    /** What comes together is swept together. */
    private void sweepSoon() {
        if (coming) return;
        coming = true;
        context.getSelf().tell(new Sweep());
    }

    /** Publishes what is due. */
    void sweep() {
        coming = false;
        for (List<Tx> together : desk.due()) {
            TxId txid = together.getLast().txid();
            CompletionStage<Published> answer = together.size() == 1
                    ? chain.publish(together.getFirst())
                    : chain.publishPackage(together);
            context.pipeToSelf(answer, (result, problem) -> new Answered(txid, problem == null
                    ? result
                    : new Published.Rejected(ChainUnavailableException.reason(problem))));
        }
        purse.takeLack()
                .ifPresent(lack -> context.getLog()
                        .warn("channels are closing and the wallet lacks confirmed coins for their fees, {} at least:"
                                + " send some to {}, an address of this node", lack, wallet.addresses().unpaid()));
    }

    void answered(TxId txid, Published result) {
        switch (result) {
            case Published.Accepted accepted -> desk.answered(txid, Optional.empty());
            case Published.Rejected(String reason) -> {
                context.getLog().info("the sweep {} was not accepted: {}", txid, reason);
                desk.answered(txid, Optional.of(reason));
                // What was refused together may go alone at once.
                if (desk.mayRetry()) sweepSoon();
            }
        }
    }

    /** Warns once when the reserve is not there at a block, until it is: the change of a funding is there by then. */
    private void watchReserve() {
        boolean lacking = wallet.spendable().lessThan(wallet.reserve());
        if (lacking && !warned)
            context.getLog()
                    .warn("the wallet has {} of the {} that should be there for the fees of channels that close:"
                            + " send some to {}, an address of this node", wallet.spendable(), wallet.reserve(),
                            wallet.addresses().unpaid());
        warned = lacking;
    }
}
