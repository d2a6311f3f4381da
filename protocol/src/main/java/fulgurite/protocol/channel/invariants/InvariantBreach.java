package fulgurite.protocol.channel.invariants;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * An invariant that a decision would have broken. Nothing of the decision may be recorded or done.
 *
 * @param detail for a person: what is wrong, with the figures
 */
public record InvariantBreach(Invariant invariant, String detail) {
    static Optional<InvariantBreach> unless(boolean holds, Invariant invariant, Supplier<String> detail) {
        return holds ? Optional.empty() : Optional.of(new InvariantBreach(invariant, detail.get()));
    }
}
