package fulgurite.protocol.noise;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/** What the three acts have in common. */
final class Acts {
    /** The only version there is. @bolt 8, Handshake Versioning */
    static final Bytes VERSION = Bytes.zeros(1);

    private Acts() {}

    static boolean hasKnownVersion(Bytes act) {
        return act.get(0) == VERSION.get(0);
    }

    /** The point that 33 bytes stand for, when they stand for one. */
    static Optional<PublicKey> parseKey(Bytes compressed) {
        if (compressed.get(0) != 2 && compressed.get(0) != 3) return Optional.empty();
        return Optional.of(new PublicKey(compressed)).filter(Curve::isOnCurve);
    }
}
