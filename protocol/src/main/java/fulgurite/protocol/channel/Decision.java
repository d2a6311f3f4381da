package fulgurite.protocol.channel;

import java.util.List;

/** What a command leads to. */
public sealed interface Decision {
    /** Facts to record, then actions to take. Both may be empty. */
    record Accepted(List<ChannelEvent> events, List<ChannelEffect> effects) implements Decision {
        public Accepted {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }
    }

    /** A local command that cannot be done; nothing changes. */
    record Refused(Refusal refusal) implements Decision {}

    /** The peer broke the protocol. Like {@link Accepted}: events and effects are to be recorded and run; they contain the answer to the peer. */
    record Violated(Violation violation, List<ChannelEvent> events, List<ChannelEffect> effects) implements Decision {
        public Violated {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }
    }

    static Decision refuse(Refusal refusal) {
        return new Refused(refusal);
    }

    /** Nothing to do and nothing wrong. */
    static Decision nothing() {
        return new Accepted(List.of(), List.of());
    }

    default List<ChannelEvent> eventsOrNone() {
        return switch (this) {
            case Accepted a -> a.events();
            case Refused r -> List.of();
            case Violated v -> v.events();
        };
    }

    default List<ChannelEffect> effectsOrNone() {
        return switch (this) {
            case Accepted a -> a.effects();
            case Refused r -> List.of();
            case Violated v -> v.effects();
        };
    }
}
