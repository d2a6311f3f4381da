package fulgurite.protocol.noise;

import fulgurite.protocol.crypto.ChaCha;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.crypto.Hashes.HkdfPair;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What both sides of a handshake have computed so far.
 *
 * @param chainingKey ck: every shared secret so far
 * @param hash h: every byte sent and received so far
 * @param key temp_k of the latest act; all zero before the first
 * @bolt 8, Handshake State
 */
record Transcript(Bytes32 chainingKey, Bytes32 hash, Bytes32 key) {
    private static final Bytes PROTOCOL_NAME = ascii("Noise_XK_secp256k1_ChaChaPoly_SHA256");
    private static final Bytes PROLOGUE = ascii("lightning");

    /** @bolt 8, Handshake State Initialization */
    static Transcript start(PublicKey responder) {
        Bytes32 name = Hashes.sha256(PROTOCOL_NAME);
        return new Transcript(name, Hashes.sha256(name.bytes(), PROLOGUE), Bytes32.ZERO).mixHash(responder.bytes());
    }

    Transcript mixHash(Bytes data) {
        return new Transcript(chainingKey, Hashes.sha256(hash.bytes(), data), key);
    }

    Transcript mixKey(Bytes32 sharedSecret) {
        HkdfPair mixed = Hashes.hkdfPair(chainingKey.bytes(), sharedSecret.bytes(), Bytes.EMPTY);
        return new Transcript(mixed.first(), hash, mixed.second());
    }

    Bytes seal(int nonce, Bytes plaintext) {
        return ChaCha.encrypt(key, CipherState.nonce(nonce), hash.bytes(), plaintext);
    }

    Optional<Bytes> open(int nonce, Bytes ciphertext) {
        return ChaCha.decrypt(key, CipherState.nonce(nonce), hash.bytes(), ciphertext);
    }

    CipherPair splitForInitiator() {
        HkdfPair keys = Hashes.hkdfPair(chainingKey.bytes(), Bytes.EMPTY, Bytes.EMPTY);
        return new CipherPair(
                CipherState.start(chainingKey, keys.first()),
                CipherState.start(chainingKey, keys.second()));
    }

    CipherPair splitForResponder() {
        CipherPair mirrored = splitForInitiator();
        return new CipherPair(mirrored.receiving(), mirrored.sending());
    }

    private static Bytes ascii(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "Transcript(hidden)";
    }
}
