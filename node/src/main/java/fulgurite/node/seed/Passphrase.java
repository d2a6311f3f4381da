package fulgurite.node.seed;

import java.util.Optional;

/** Where the passphrase of a seed comes from. Nothing is asked of anybody unless it is needed. */
public interface Passphrase {
    /** None. */
    Passphrase NONE = new Passphrase() {
        @Override
        public Optional<String> toOpen() {
            return Optional.empty();
        }

        @Override
        public Optional<String> toSeal() {
            return Optional.empty();
        }
    };

    /** For a seed that is encrypted. */
    Optional<String> toOpen();

    /** For a seed that is to be written; empty: it is written in clear. */
    Optional<String> toSeal();

    /** The same for both. */
    static Passphrase of(String passphrase) {
        return new Passphrase() {
            @Override
            public Optional<String> toOpen() {
                return Optional.of(passphrase);
            }

            @Override
            public Optional<String> toSeal() {
                return Optional.of(passphrase);
            }
        };
    }
}
