package fulgurite.protocol.invoice;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.nio.charset.StandardCharsets;

/** What a payment is for: in plain words, or committed to by a hash. Text from a payee is to be escaped where it is shown. */
public sealed interface InvoiceDescription {
    /** In plain words. @param text at most 639 bytes as UTF-8 */
    record Plain(String text) implements InvoiceDescription {
        public Plain {
            int size = utf8(text).size();
            if (size > 639)
                throw new IllegalArgumentException("a description has at most 639 bytes, got " + size
                        + ": commit to a longer one by its hash");
        }
    }

    /** SHA-256 of a description that the payee gives by other means. */
    record Hashed(Bytes32 hash) implements InvoiceDescription {
        /** Commits to {@code text} (as UTF-8), of any length. */
        public static Hashed of(String text) {
            return new Hashed(Hashes.sha256(utf8(text)));
        }

        /** Whether {@code text} is what the payee committed to. */
        public boolean describes(String text) {
            return equals(of(text));
        }
    }

    private static Bytes utf8(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.UTF_8));
    }
}
