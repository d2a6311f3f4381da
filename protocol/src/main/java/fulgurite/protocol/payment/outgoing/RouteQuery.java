package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.invoice.RouteHintHop;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.List;

/**
 * Which route is wanted.
 *
 * @param amount that the destination must get
 * @param finalDelta from the height to the last HTLC's expiry
 * @param lessons what this payment's failures have taught: for it alone, never for the routing table
 */
public record RouteQuery(NodeId destination, MilliSatoshi amount, MilliSatoshi maxFee, CltvDelta finalDelta,
        List<List<RouteHintHop>> hints, List<Lesson> lessons) {}
