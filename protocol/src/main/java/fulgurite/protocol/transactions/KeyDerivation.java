package fulgurite.protocol.transactions;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;

/** The keys of one commitment from the channel's basepoints. @bolt 3, Key Derivation */
public final class KeyDerivation {
    private KeyDerivation() {}

    /** basepoint + SHA256(perCommitmentPoint ‖ basepoint) × G: delayed payment and HTLC keys. */
    public static PublicKey publicKey(PublicKey basepoint, PublicKey perCommitmentPoint) {
        return Curve.add(basepoint, Curve.publicKey(tweak(perCommitmentPoint, basepoint)));
    }

    /** The secret of {@link #publicKey}. */
    public static PrivateKey secret(PrivateKey basepointSecret, PublicKey basepoint, PublicKey perCommitmentPoint) {
        return Curve.add(basepointSecret, tweak(perCommitmentPoint, basepoint));
    }

    /** The key that punishes: neither side knows its secret until the commitment is revoked. */
    public static PublicKey revocationKey(PublicKey revocationBasepoint, PublicKey perCommitmentPoint) {
        return Curve.add(
                Curve.multiply(revocationBasepoint, tweak(revocationBasepoint, perCommitmentPoint)),
                Curve.multiply(perCommitmentPoint, tweak(perCommitmentPoint, revocationBasepoint)));
    }

    /** The secret of {@link #revocationKey}, known once the per-commitment secret is revealed. */
    public static PrivateKey revocationSecret(
            PrivateKey revocationBasepointSecret,
            PublicKey revocationBasepoint,
            PrivateKey perCommitmentSecret) {
        PublicKey perCommitmentPoint = Curve.publicKey(perCommitmentSecret);
        return Curve.add(
                Curve.multiply(revocationBasepointSecret, tweak(revocationBasepoint, perCommitmentPoint)),
                Curve.multiply(perCommitmentSecret, tweak(perCommitmentPoint, revocationBasepoint)));
    }

    private static PrivateKey tweak(PublicKey first, PublicKey second) {
        return new PrivateKey(Hashes.sha256(first.bytes(), second.bytes()).bytes());
    }
}
