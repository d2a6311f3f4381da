package fulgurite.protocol.channel;

import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;

/** Whether the channel can talk to its peer. */
public sealed interface Link {
    /** No connection. */
    record Down() implements Link {}

    /** Connected; we have sent channel_reestablish and send nothing else until the peer's has come. */
    record Reestablishing(Features peerFeatures) implements Link {}

    record Up(Features peerFeatures) implements Link {}

    default boolean isUp() {
        return this instanceof Up;
    }

    /** Whether both sides offer the feature on this connection. @param ours of our init */
    default boolean negotiates(Features ours, Feature feature) {
        Features theirs = switch (this) {
            case Up(var features) -> features;
            case Reestablishing(var features) -> features;
            case Down() -> Features.EMPTY;
        };
        return ours.offers(feature) && theirs.offers(feature);
    }
}
