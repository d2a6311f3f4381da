package fulgurite.node.payment;

import fulgurite.protocol.payment.Arrival;

/** Stands between the HTLCs that arrive for this node and its payments: it may let one through at once, later or never. */
@FunctionalInterface
public interface IncomingGate {
    /** Lets everything through at once. */
    IncomingGate OPEN = (arrival, pass) -> pass.run();

    /** @param pass hands the HTLC on; it may be called from any thread, and twice is once */
    void arrived(Arrival.ForUs arrival, Runnable pass);
}
