package fulgurite.node.journal;

import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.payment.PaymentEvent;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.graph.GraphEvent;
import java.util.List;

/**
 * One kind of persistent entity's events, and how they are named in journals: {@code channel-event/1}. The number
 * grows when a new writing cannot be read by the rules of the old; whatever was written once must be readable for
 * ever.
 *
 * @param version 1..; what is written now
 * @param type the sealed interface of all the family's events
 */
public record EventFamily(String name, int version, Class<?> type) {
    /** Every family that this software writes. */
    public static final List<EventFamily> ALL = List.of(
            new EventFamily("registry-event", 1, RegistryEvent.class),
            new EventFamily("channel-event", 1, ChannelEvent.class),
            new EventFamily("router-event", 1, GraphEvent.class),
            new EventFamily("payment-event", 1, PaymentEvent.class));

    public String manifest() {
        return name + "/" + version;
    }

    /** The family that {@code event} belongs to. @throws IllegalArgumentException when it belongs to none */
    public static EventFamily of(Object event) {
        for (EventFamily family : ALL) if (family.type.isInstance(event)) return family;
        throw new IllegalArgumentException(event.getClass() + " is not an event of any family");
    }

    /** @throws MalformedException when no family of this software has that manifest */
    public static EventFamily ofManifest(String manifest) {
        for (EventFamily family : ALL) if (family.manifest().equals(manifest)) return family;
        throw new MalformedException("the journal holds events of kind " + manifest
                + ", which this version does not know; use the version that wrote them, or a later one");
    }
}
