package fulgurite.node.api;

import java.util.Locale;
import java.util.Optional;

/** A right that a token gives. Each stands alone, but {@link #ADMIN} includes all. */
public enum Scope {
    /** Look at everything that is no secret. */
    READ,
    /** Receive: make invoices and addresses. */
    INVOICE,
    /** Spend through channels. */
    PAY,
    /** Whatever else: channels, peers, keys' backup, tokens, the node's end. */
    ADMIN;

    /** Whether who has this right may do what needs {@code other}. */
    public boolean includes(Scope other) {
        return this == ADMIN || this == other;
    }

    public static Optional<Scope> named(String word) {
        for (Scope scope : values()) if (scope.toString().equals(word)) return Optional.of(scope);
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
