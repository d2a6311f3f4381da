package fulgurite.protocol.noise;

import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.crypto.ChaCha;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.crypto.Hashes.HkdfPair;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.util.Optional;

/**
 * One direction's key at one moment. Immutable: each use returns the state for the next use, and a state must not be
 * used twice for encryption (that would repeat a nonce).
 *
 * @param uses of this key so far, 0..999: the next nonce; at 1000 the key is replaced
 * @bolt 8, Lightning Message Specification; Lightning Message Key Rotation
 */
public record CipherState(Bytes32 chainingKey, Bytes32 key, int uses) {
    /** The longest message, by its two bytes of length. */
    public static final int MAX_MESSAGE = 65_535;
    /** A frame's encrypted length: two bytes and a tag. */
    public static final int HEADER_SIZE = 18;
    static final int TAG_SIZE = 16;
    private static final int USES_PER_KEY = 1000;

    public CipherState {
        if (uses < 0 || uses >= USES_PER_KEY)
            throw new IllegalArgumentException("a key is used 0..999 times, not " + uses);
    }

    /** A direction at its beginning. */
    public static CipherState start(Bytes32 chainingKey, Bytes32 key) {
        return new CipherState(chainingKey, key, 0);
    }

    /** A whole frame, and the state for the next one. */
    public record Encrypted(Bytes frame, CipherState next) {}

    /** What a part of a frame held, and the state for the next part. */
    public record Decrypted(Bytes plaintext, CipherState next) {}

    /**
     * The frame of one Lightning message: its encrypted length, then its encrypted body.
     *
     * @param message 0..65535 bytes
     * @throws IllegalArgumentException when it is longer
     */
    public Encrypted encrypt(Bytes message) {
        if (message.size() > MAX_MESSAGE)
            throw new IllegalArgumentException("a message has at most 65535 bytes, got " + message.size());
        Bytes length = new ByteWriter(2).writeU16(message.size()).toBytes();
        Bytes header = ChaCha.encrypt(key, nonce(uses), Bytes.EMPTY, length);
        CipherState afterHeader = used();
        Bytes body = ChaCha.encrypt(afterHeader.key, nonce(afterHeader.uses), Bytes.EMPTY, message);
        return new Encrypted(header.concat(body), afterHeader.used());
    }

    /**
     * Opens one part of a frame: a header of {@link #HEADER_SIZE} bytes, or a body with its tag.
     *
     * @return nothing when the tag does not fit: the connection is lost
     */
    public Optional<Decrypted> decrypt(Bytes part) {
        return ChaCha.decrypt(key, nonce(uses), Bytes.EMPTY, part).map(plain -> new Decrypted(plain, used()));
    }

    /** Four zero bytes, then {@code n} as 64 bits, little-endian. */
    static Bytes nonce(long n) {
        byte[] nonce = new byte[12];
        for (int i = 0; i < 8; i++) nonce[4 + i] = (byte) (n >>> 8 * i);
        return Bytes.ofOwned(nonce);
    }

    private CipherState used() {
        if (uses + 1 < USES_PER_KEY) return new CipherState(chainingKey, key, uses + 1);
        HkdfPair rotated = Hashes.hkdfPair(chainingKey.bytes(), key.bytes(), Bytes.EMPTY);
        return start(rotated.first(), rotated.second());
    }

    @Override
    public String toString() {
        return "CipherState(hidden, " + uses + " uses)";
    }
}
