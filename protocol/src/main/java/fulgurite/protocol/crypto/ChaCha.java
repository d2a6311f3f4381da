package fulgurite.protocol.crypto;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20 as a stream and ChaCha20-Poly1305 as an AEAD (RFC 8439), by the JDK. */
public final class ChaCha {
    private static final int NONCE_SIZE = 12;
    private static final ThreadLocal<Cipher> ENCRYPTING = ThreadLocal.withInitial(ChaCha::authenticated);
    private static final ThreadLocal<Cipher> DECRYPTING = ThreadLocal.withInitial(ChaCha::authenticated);

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
            Cipher cipher = begun(ENCRYPTING, Cipher.ENCRYPT_MODE, key, nonce, associatedData);
            return Bytes.ofOwned(cipher.doFinal(plaintext.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption does not fail on valid sizes", e);
        }
    }

    /** The plaintext, or nothing when the tag does not fit. @param nonce 12 bytes */
    public static Optional<Bytes> decrypt(Bytes32 key, Bytes nonce, Bytes associatedData, Bytes ciphertext) {
        try {
            Cipher cipher = begun(DECRYPTING, Cipher.DECRYPT_MODE, key, nonce, associatedData);
            return Optional.of(Bytes.ofOwned(cipher.doFinal(ciphertext.toByteArray())));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("decryption fails only by its tag", e);
        }
    }

    /** By a cipher that the thread keeps: to find one among the JDK's providers costs more than a short message does. */
    private static Cipher begun(ThreadLocal<Cipher> kept, int mode, Bytes32 key, Bytes nonce, Bytes associatedData)
            throws GeneralSecurityException {
        var secret = new SecretKeySpec(key.toByteArray(), "ChaCha20");
        var parameters = new IvParameterSpec(nonce.toByteArray());
        Cipher cipher = kept.get();
        try {
            cipher.init(mode, secret, parameters);
        } catch (InvalidKeyException repeated) {
            // The JDK's ciphers begin no two messages in a row with one key and nonce. Who may do so is for the caller to know.
            cipher = authenticated();
            cipher.init(mode, secret, parameters);
        }
        cipher.updateAAD(associatedData.toByteArray());
        return cipher;
    }

    private static Cipher authenticated() {
        try {
            return Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 11 has ChaCha20-Poly1305", e);
        }
    }
}
