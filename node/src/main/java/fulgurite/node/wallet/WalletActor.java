package fulgurite.node.wallet;

import akka.actor.typed.ActorRef;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;

/** The wallet's shell: follows the chain, hands out addresses, funds and sends. */
public final class WalletActor {
    private WalletActor() {}

    /** What the wallet is asked to do. */
    public sealed interface Command {}

    /** A fresh address, never handed out before. */
    public record NewAddress(ActorRef<Address> replyTo) implements Command {}

    /**
     * Builds and signs a transaction with exactly these outputs first, in their order, then change; locks its inputs
     * until it is seen on chain or released. Nothing is published.
     */
    public record Fund(List<TxOutput> outputs, FeeratePerKw feerate, ActorRef<FundResult> replyTo) implements Command {
        public Fund {
            outputs = List.copyOf(outputs);
        }
    }

    /** Gives back the inputs of a funded transaction that will not be published. */
    public record Release(Tx tx) implements Command {}

    /** Publishes what {@link Fund} built, and counts its change at once. */
    public record Publish(Tx tx, ActorRef<SendResult> replyTo) implements Command {}

    public record GetBalance(ActorRef<Balance> replyTo) implements Command {}

    public record ListCoins(ActorRef<Coins> replyTo) implements Command {}

    /** Pays {@code amount} to an address and publishes. */
    public record Send(Address to, Satoshi amount, FeeratePerKw feerate, ActorRef<SendResult> replyTo)
            implements
            Command {}

    /** The answer to {@link Fund}. */
    public sealed interface FundResult {}

    /** @param tx fully signed; its first outputs are the ones asked for */
    public record Funded(Tx tx, List<OutPoint> lockedInputs, Satoshi fee) implements FundResult {
        public Funded {
            lockedInputs = List.copyOf(lockedInputs);
        }
    }

    /** @param have what can be spent now; @param need the outputs and their fee */
    public record InsufficientFunds(Satoshi have, Satoshi need) implements FundResult, SendResult {}

    /** The answer to {@link Send} and {@link Publish}. */
    public sealed interface SendResult {}

    public record Sent(Tx tx) implements SendResult {}

    /** @param reason the chain's words, or why it cannot be asked now */
    public record NotSent(String reason) implements SendResult {}

    /** @param confirmed in blocks; @param unconfirmed in the mempool; @param locked how much of both is promised to funded transactions; @param height scanned up to here */
    public record Balance(Satoshi confirmed, Satoshi unconfirmed, Satoshi locked, BlockHeight height) {}

    /** The answer to {@link ListCoins}. */
    public record Coins(List<Coin> coins) {
        public Coins {
            coins = List.copyOf(coins);
        }
    }

    /** @param height empty while unconfirmed */
    public record Coin(OutPoint outPoint, TxOutput output, Optional<BlockHeight> height, boolean locked) {}
}
