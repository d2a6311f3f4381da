package fulgurite.node.payment;

import fulgurite.node.Entropy;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.PrivateKey;

/** Fresh secrets. */
final class Keys {
    private Keys() {}

    /** A random secret key, 1..n-1. */
    static PrivateKey fresh(Entropy entropy) {
        // Outside the range about once in 2^128.
        for (;;) {
            var candidate = new PrivateKey(entropy.next().bytes());
            if (Curve.isValidSecret(candidate)) return candidate;
        }
    }
}
