package fulgurite.protocol.payment;

import java.util.List;

/**
 * What a payment's rules make of a command.
 *
 * @param <E> its events: persisted first
 * @param <F> its effects: run once the events are persisted
 */
public sealed interface Decision<E, F> {
    /** Both may be empty: the command changed nothing. */
    record Accepted<E, F>(List<E> events, List<F> effects) implements Decision<E, F> {
        public Accepted {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }
    }

    /** Nothing happens, and the sender of the command is told why. */
    record Refused<E, F>(Refusal refusal) implements Decision<E, F> {}

    static <E, F> Decision<E, F> accept(List<E> events, List<F> effects) {
        return new Accepted<>(events, effects);
    }

    static <E, F> Decision<E, F> refuse(Refusal refusal) {
        return new Refused<>(refusal);
    }
}
