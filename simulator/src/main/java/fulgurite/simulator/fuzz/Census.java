package fulgurite.simulator.fuzz;

import fulgurite.node.payment.PaymentEvent;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.util.SortedSet;

/** Counts what the journals and the chain hold at the end of a run. */
final class Census {
    private Census() {}

    static void take(Stage stage) {
        CrashableWorld world = stage.world();
        for (WorldNode node : world.nodes()) {
            for (Object event : world.eventsOf(node)) stage.tally().count("event " + Words.of(kind(event)));
            stage.tally().add("payments held", node.paymentsHeld());
        }
        SortedSet<TxId> cheats = stage.cheats();
        for (Tx tx : ChainRead.transactions(world.chain(), stage.firstFreeHeight())) {
            if (cheats.contains(tx.txid())) stage.tally().count("revoked commitments confirmed");
            for (TxInput input : tx.inputs())
                if (cheats.contains(input.outPoint().txid())) stage.tally().count("revoked outputs spent");
        }
    }

    /** The kind of an event; of a payment's, the fact that it wraps. */
    static Class<?> kind(Object event) {
        return switch (event) {
            case PaymentEvent.OutgoingChanged(var changed) -> changed.getClass();
            case PaymentEvent.IncomingChanged(var changed) -> changed.getClass();
            default -> event.getClass();
        };
    }
}
