package fulgurite.protocol.crypto;

import fr.acinq.secp256k1.Secp256k1;
import fr.acinq.secp256k1.Secp256k1Exception;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.util.Optional;

/** secp256k1 by libsecp256k1. Arguments from a peer must be checked first: {@link #isOnCurve}; arithmetic that then fails is an exception. */
public final class Curve {
    private static final Secp256k1 LIBRARY = Secp256k1.get();

    private Curve() {}

    /** Whether the key is 1..n-1. */
    public static boolean isValidSecret(PrivateKey secret) {
        return LIBRARY.secKeyVerify(secret.toByteArray());
    }

    public static boolean isOnCurve(PublicKey point) {
        try {
            LIBRARY.pubkeyParse(point.toByteArray());
            return true;
        } catch (Secp256k1Exception e) {
            return false;
        }
    }

    public static PublicKey publicKey(PrivateKey secret) {
        return compressed(LIBRARY.pubkeyCreate(secret.toByteArray()));
    }

    /** A deterministic (RFC 6979), low-S ECDSA signature of a 32-byte digest. */
    public static Signature sign(Bytes32 digest, PrivateKey secret) {
        return Signature.copyOf(LIBRARY.sign(digest.toByteArray(), secret.toByteArray(), null));
    }

    /** True only for a valid, low-S signature by a valid key. */
    public static boolean verify(Bytes32 digest, Signature signature, PublicKey key) {
        try {
            return LIBRARY.verify(signature.toByteArray(), digest.toByteArray(), key.toByteArray());
        } catch (Secp256k1Exception e) {
            return false;
        }
    }

    /**
     * A Schnorr signature (BIP 340) of a 32-byte digest, without auxiliary randomness: the same for the same digest. The key that verifies it is the x coordinate of the secret's point.
     */
    public static Signature signSchnorr(Bytes32 digest, PrivateKey secret) {
        return Signature.copyOf(LIBRARY.signSchnorr(digest.toByteArray(), secret.toByteArray(), null));
    }

    /** @param key the x coordinate of a point */
    public static boolean verifySchnorr(Bytes32 digest, Signature signature, Bytes32 key) {
        try {
            return LIBRARY.verifySchnorr(signature.toByteArray(), digest.toByteArray(), key.toByteArray());
        } catch (Secp256k1Exception e) {
            return false;
        }
    }

    /** SHA-256 of the compressed product, as BOLT 4 and BOLT 8 define ECDH. */
    public static Bytes32 sharedSecret(PrivateKey ours, PublicKey theirs) {
        return Hashes.sha256(multiply(theirs, ours).bytes());
    }

    /** point + point. */
    public static PublicKey add(PublicKey a, PublicKey b) {
        return compressed(LIBRARY.pubKeyCombine(new byte[][]{a.toByteArray(), b.toByteArray()}));
    }

    /** point × scalar. */
    public static PublicKey multiply(PublicKey point, PrivateKey scalar) {
        return compressed(LIBRARY.pubKeyTweakMul(point.toByteArray(), scalar.toByteArray()));
    }

    /** scalar + scalar, modulo the order. */
    public static PrivateKey add(PrivateKey a, PrivateKey b) {
        return PrivateKey.copyOf(LIBRARY.privKeyTweakAdd(a.toByteArray(), b.toByteArray()));
    }

    /** The order less the scalar: the secret of the same x coordinate on the other side. */
    public static PrivateKey negate(PrivateKey secret) {
        return PrivateKey.copyOf(LIBRARY.privKeyNegate(secret.toByteArray()));
    }

    /** scalar × scalar, modulo the order. */
    public static PrivateKey multiply(PrivateKey a, PrivateKey b) {
        return PrivateKey.copyOf(LIBRARY.privKeyTweakMul(a.toByteArray(), b.toByteArray()));
    }

    /** DER, as Bitcoin scripts carry it, without a sighash byte. */
    public static Bytes toDer(Signature signature) {
        return Bytes.copyOf(LIBRARY.compact2der(signature.toByteArray()));
    }

    /** The other way round; empty when it is not strictly DER. */
    public static Optional<Signature> fromDer(Bytes der) {
        if (der.size() < 8 || der.unsigned(0) != 0x30 || der.unsigned(2) != 0x02) return Optional.empty();
        int middle = 4 + der.unsigned(3);
        if (middle + 2 > der.size()) return Optional.empty();
        Optional<Bytes> r = scalar(der.slice(4, middle));
        Optional<Bytes> s = scalar(der.slice(middle + 2, der.size()));
        if (r.isEmpty() || s.isEmpty()) return Optional.empty();
        var signature = new Signature(r.get().concat(s.get()));
        // There is only one way to write it: whatever else was wrong shows now.
        return Optional.of(signature).filter(read -> toDer(read).equals(der));
    }

    /** A number of DER in 32 bytes. */
    private static Optional<Bytes> scalar(Bytes number) {
        Bytes digits = number.size() == 33 && number.unsigned(0) == 0 ? number.slice(1, 33) : number;
        return digits.size() > 32 ? Optional.empty() : Optional.of(Bytes.zeros(32 - digits.size()).concat(digits));
    }

    /** @return the signer's key: {@code recoveryId} 0..3. @throws IllegalArgumentException when there is none */
    public static PublicKey recover(Bytes32 digest, Signature signature, int recoveryId) {
        try {
            return compressed(
                    LIBRARY.ecdsaRecover(signature.toByteArray(), digest.toByteArray(), recoveryId));
        } catch (Secp256k1Exception e) {
            throw new IllegalArgumentException("no public key fits this signature", e);
        }
    }

    private static PublicKey compressed(byte[] key) {
        return PublicKey.copyOf(LIBRARY.pubKeyCompress(key));
    }
}
