package fulgurite.protocol.crypto;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20 as a stream and ChaCha20-Poly1305 as an AEAD (RFC 8439), by the JDK. */
public final class ChaCha {
    private static final int NONCE_SIZE = 12;

    private ChaCha() {}

    /** The first {@code length} bytes of the key stream with an all-zero nonce. @bolt 4, Pseudo Random Byte Stream */
    public static Bytes keyStream(Bytes32 key, int length) {
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key.toByteArray(), "ChaCha20"),
                    new ChaCha20ParameterSpec(new byte[NONCE_SIZE], 0));
            return Bytes.ofOwned(cipher.doFinal(new byte[length]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 11 has ChaCha20", e);
        }
    }

    /** Ciphertext followed by its 16-byte tag. @param nonce 12 bytes */
    public static Bytes encrypt(Bytes32 key, Bytes nonce, Bytes associatedData, Bytes plaintext) {
        try {
            return Bytes
                    .ofOwned(cipher(Cipher.ENCRYPT_MODE, key, nonce, associatedData).doFinal(plaintext.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption does not fail on valid sizes", e);
        }
    }

    /** The plaintext, or nothing when the tag does not fit. @param nonce 12 bytes */
    public static Optional<Bytes> decrypt(Bytes32 key, Bytes nonce, Bytes associatedData, Bytes ciphertext) {
        try {
            return Optional.of(
                    Bytes.ofOwned(
                            cipher(Cipher.DECRYPT_MODE, key, nonce, associatedData).doFinal(ciphertext.toByteArray())));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("decryption fails only by its tag", e);
        }
    }

    private static Cipher cipher(int mode, Bytes32 key, Bytes nonce, Bytes associatedData)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, new SecretKeySpec(key.toByteArray(), "ChaCha20"), new IvParameterSpec(nonce.toByteArray()));
        cipher.updateAAD(associatedData.toByteArray());
        return cipher;
    }
}
