package fulgurite.protocol.transactions;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The secrets that we bring into one channel, and the points that go with them. Its text form hides the secrets.
 *
 * @param basepoints the public side of the five keys
 * @bolt 3, Key Derivation
 */
public record ChannelKeys(
        PrivateKey funding,
        PrivateKey revocation,
        PrivateKey payment,
        PrivateKey delayedPayment,
        PrivateKey htlc,
        Bytes32 shaSeed,
        ChannelBasepoints basepoints) {

    /** The keys with their points computed. */
    public static ChannelKeys of(
            PrivateKey funding,
            PrivateKey revocation,
            PrivateKey payment,
            PrivateKey delayedPayment,
            PrivateKey htlc,
            Bytes32 shaSeed) {
        var basepoints = new ChannelBasepoints(
                Curve.publicKey(funding), Curve.publicKey(revocation), Curve.publicKey(payment),
                Curve.publicKey(delayedPayment), Curve.publicKey(htlc));
        return new ChannelKeys(funding, revocation, payment, delayedPayment, htlc, shaSeed, basepoints);
    }

    /**
     * The keys of channel number {@code index} of a node: the same for ever, so that only the index need be stored.
     *
     * @param nodeSeed the secret that all of a node's keys come from
     * @param index distinct for each channel that the node ever had, 0..2^63-1
     */
    public static ChannelKeys derive(Bytes32 nodeSeed, long index) {
        Bytes32 channelSeed = Hashes.hmacSha256(
                nodeSeed.bytes(), text("fulgurite channel keys"),
                Bytes.ofOwned(ByteBuffer.allocate(8).putLong(index).array()));
        return of(
                secret(channelSeed, "funding"), secret(channelSeed, "revocation"), secret(channelSeed, "payment"),
                secret(channelSeed, "delayed payment"), secret(channelSeed, "htlc"),
                Hashes.hmacSha256(channelSeed.bytes(), text("per-commitment secrets")));
    }

    /** What revokes our commitment once it is given away. @param commitmentNumber 0..2^48-1, ascending @bolt 3, Per-commitment Secret Requirements */
    public PrivateKey perCommitmentSecret(long commitmentNumber) {
        return ShaChain.generate(shaSeed, ShaChain.FIRST_INDEX - commitmentNumber);
    }

    /** @param commitmentNumber 0..2^48-1, ascending */
    public PublicKey perCommitmentPoint(long commitmentNumber) {
        return Curve.publicKey(perCommitmentSecret(commitmentNumber));
    }

    @Override
    public String toString() {
        return "ChannelKeys(" + basepoints.funding() + ", secrets hidden)";
    }

    private static PrivateKey secret(Bytes32 seed, String purpose) {
        // A hash is not a valid secret about once in 2^128; the next one then is.
        Bytes32 hash = Hashes.hmacSha256(seed.bytes(), text(purpose));
        var candidate = new PrivateKey(hash.bytes());
        return Curve.isValidSecret(candidate) ? candidate : secret(hash, purpose);
    }

    private static Bytes text(String label) {
        return Bytes.ofOwned(label.getBytes(StandardCharsets.US_ASCII));
    }
}
