package fulgurite.protocol.onion;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;

/** What the origin and one hop of a route share, and nobody else. Its text form hides it. @bolt 4, Shared Secret */
public record SharedSecret(Bytes32 value) {
    public static SharedSecret fromHex(String hex) {
        return new SharedSecret(Bytes32.fromHex(hex));
    }

    /** ECDH of one side's secret and the other side's point; {@code theirs} must be on the curve. */
    public static SharedSecret of(PrivateKey ours, PublicKey theirs) {
        return new SharedSecret(Curve.sharedSecret(ours, theirs));
    }

    public Bytes bytes() {
        return value.bytes();
    }

    @Override
    public String toString() {
        return "SharedSecret(hidden)";
    }
}
