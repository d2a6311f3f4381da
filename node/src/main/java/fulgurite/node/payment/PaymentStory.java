package fulgurite.node.payment;

import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Timestamp;
import java.util.List;

/**
 * What happened to a payment that we make, in order, for a person.
 *
 * @param complete whether nothing is missing: of what was before the node's last start only attempts and their ends are
 *     known, without times
 */
public record PaymentStory(PaymentHash hash, boolean known, boolean complete, List<Line> lines) {
    /** @param afterMs since the first line; -1 when it is not known */
    public record Line(long afterMs, String text) {}

    static Line line(Timestamp begun, Timestamp at, String text) {
        return new Line(at.epochMillis() - begun.epochMillis(), text);
    }
}
