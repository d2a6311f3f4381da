package fulgurite.node.journal;

import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.payment.PaymentEvent;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.graph.GraphEvent;
import java.util.List;

/**
 * One kind of persistent entity's events, and how they are named in journals: {@code channel-event/2}. The number
 * grows when a new writing cannot be read by the rules of the old; whatever was written once must be readable for
 * ever. How each version writes is in {@link EventFormat}.
 *
 * @param version 1..; what is written now; all before it are read
 * @param type the sealed interface of all the family's events
 */
public record EventFamily(String name, int version, Class<?> type) {
    /** Every family that this software writes. */
    public static final List<EventFamily> ALL = List.of(
            new EventFamily("registry-event", 2, RegistryEvent.class),
            new EventFamily("channel-event", 2, ChannelEvent.class),
            new EventFamily("router-event", 2, GraphEvent.class),
            new EventFamily("payment-event", 2, PaymentEvent.class));

    /** How an event in a journal was written. */
    public record Written(EventFamily family, int version) {}

    public String manifest() {
        return manifest(version);
    }

    private String manifest(int of) {
        return name + "/" + of;
    }

    /** The family that {@code event} belongs to. @throws IllegalArgumentException when it belongs to none */
    public static EventFamily of(Object event) {
        for (EventFamily family : ALL) if (family.type.isInstance(event)) return family;
        throw new IllegalArgumentException(event.getClass() + " is not an event of any family");
    }

    /** @throws MalformedException when no family of this software has ever had that manifest */
    public static Written ofManifest(String manifest) {
        for (EventFamily family : ALL)
            for (int version = family.version; version >= 1; version--)
                if (family.manifest(version).equals(manifest)) return new Written(family, version);
        throw new MalformedException("the journal holds events of kind " + manifest
                + ", which this version does not know; use the version that wrote them, or a later one");
    }
}
