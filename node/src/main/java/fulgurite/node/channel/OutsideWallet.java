package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.wallet.WalletActor;
import java.util.function.Consumer;

/** The wallet as a channel sees it whose funding comes from another one: the rest it still does itself. */
final class OutsideWallet {
    private OutsideWallet() {}

    /** @param wanted told what the channel wants funded */
    static Behavior<WalletActor.Command> create(ActorRef<WalletActor.Command> wallet,
            Consumer<WalletActor.Fund> wanted) {
        return Behaviors.receiveMessage(command -> {
            if (command instanceof WalletActor.Fund fund) wanted.accept(fund);
            else wallet.tell(command);
            return Behaviors.same();
        });
    }
}
