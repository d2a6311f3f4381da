package fulgurite.protocol.crypto;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/** The hashes that Bitcoin and Lightning use. */
public final class Hashes {
    private Hashes() {}

    public static Bytes32 sha256(Bytes... parts) {
        MessageDigest digest = newSha256();
        for (Bytes part : parts) digest.update(part.toByteArray());
        return new Bytes32(Bytes.ofOwned(digest.digest()));
    }

    public static Bytes32 sha256Twice(Bytes data) {
        return sha256(sha256(data).bytes());
    }

    /** RIPEMD-160, 20 bytes. */
    public static Bytes ripemd160(Bytes data) {
        var digest = new RIPEMD160Digest();
        digest.update(data.toByteArray(), 0, data.size());
        byte[] out = new byte[20];
        digest.doFinal(out, 0);
        return Bytes.ofOwned(out);
    }

    /** RIPEMD-160 of SHA-256, 20 bytes. */
    public static Bytes hash160(Bytes data) {
        return ripemd160(sha256(data).bytes());
    }

    public static Bytes32 hmacSha256(Bytes key, Bytes... parts) {
        return new Bytes32(hmac("HmacSHA256", key, parts));
    }

    /** 64 bytes. */
    public static Bytes hmacSha512(Bytes key, Bytes... parts) {
        return hmac("HmacSHA512", key, parts);
    }

    private static Bytes hmac(String algorithm, Bytes key, Bytes... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            // The JDK refuses an empty key; HMAC pads keys with zeros, so one zero byte is the same key.
            mac.init(new SecretKeySpec(key.isEmpty() ? new byte[1] : key.toByteArray(), algorithm));
            for (Bytes part : parts) mac.update(part.toByteArray());
            return Bytes.ofOwned(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /** HKDF-SHA256 (RFC 5869) with two 32-byte outputs, as BOLT 8 uses it. */
    public static HkdfPair hkdfPair(Bytes salt, Bytes inputKeyMaterial, Bytes info) {
        Bytes prk = hmacSha256(salt, inputKeyMaterial).bytes();
        Bytes32 first = hmacSha256(prk, info, Bytes.fromHex("01"));
        Bytes32 second = hmacSha256(prk, first.bytes(), info, Bytes.fromHex("02"));
        return new HkdfPair(first, second);
    }

    /** Two keys drawn from one HKDF. */
    public record HkdfPair(Bytes32 first, Bytes32 second) {}

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
