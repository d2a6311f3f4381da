package fulgurite.protocol.onion;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.OnionKeys.Purpose;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Builds and peels onions.
 *
 * <p>The packet keeps one size all along the route. Each hop takes its frame (length, payload, next HMAC) off the front
 * and lets as many bytes of its own key stream in at the back. Those bytes are under the next hop's HMAC, so the origin
 * must foresee them: that is the filler, and it is why the packet is built from the last hop backwards with the filler
 * already standing at its end.
 *
 * @bolt 4, Packet Construction; Onion Decryption; Filler Generation
 */
public final class Sphinx {
    private static final Bytes FINAL_HMAC = Bytes.zeros(Bytes32.SIZE);

    private Sphinx() {}

    /** A new onion, and what it shares with each hop, first hop first. */
    public record Built(OnionPacket packet, List<SharedSecret> sharedSecrets) {}

    /** What the origin shares with each hop, first hop first. @bolt 4, Shared Secret; Blinding Ephemeral Onion Keys */
    public static List<SharedSecret> sharedSecrets(PrivateKey sessionKey, List<PublicKey> hops) {
        List<SharedSecret> secrets = new ArrayList<>(hops.size());
        PrivateKey ephemeral = sessionKey;
        for (PublicKey hop : hops) {
            var secret = SharedSecret.of(ephemeral, hop);
            secrets.add(secret);
            ephemeral = Curve.multiply(ephemeral, blindingFactor(Curve.publicKey(ephemeral).bytes(), secret));
        }
        return List.copyOf(secrets);
    }

    /** Bytes that these payloads (without their lengths) take of {@code hop_payloads}: at most 1300 in a payment. */
    public static int sizeOf(List<Bytes> payloads) {
        return payloads.stream().mapToInt(Sphinx::frameSize).sum();
    }

    /** The onion of a payment. @see #build(PrivateKey, List, List, Bytes, int) */
    public static Built build(PrivateKey sessionKey, List<PublicKey> hops, List<Bytes> payloads, Bytes associatedData) {
        return build(sessionKey, hops, payloads, associatedData, OnionPacket.PAYMENT_PAYLOADS_SIZE);
    }

    /**
     * @param sessionKey fresh for every onion
     * @param hops on the curve, first hop first, the final node last
     * @param payloads a TLV stream for each hop, without its length
     * @param associatedData committed to at every hop, not carried: the payment hash
     * @param size of {@code hop_payloads}
     * @throws IllegalArgumentException when hops and payloads differ in number, or do not fit {@code size}
     */
    public static Built build(
            PrivateKey sessionKey,
            List<PublicKey> hops,
            List<Bytes> payloads,
            Bytes associatedData,
            int size) {
        if (hops.isEmpty() || hops.size() != payloads.size())
            throw new IllegalArgumentException(payloads.size() + " payloads for " + hops.size() + " hops");
        if (sizeOf(payloads) > size)
            throw new IllegalArgumentException("payloads of " + sizeOf(payloads) + " bytes do not fit " + size);
        List<SharedSecret> secrets = sharedSecrets(sessionKey, hops);
        byte[] mix = OnionKeys.stream(Purpose.PAD, sessionKey.bytes(), size);
        byte[] filler = filler(secrets, payloads, size);
        Bytes hmac = FINAL_HMAC;
        for (int i = hops.size() - 1; i >= 0; i--) {
            Bytes secret = secrets.get(i).bytes();
            byte[] frame = frame(payloads.get(i), hmac);
            System.arraycopy(mix, 0, mix, frame.length, size - frame.length);
            System.arraycopy(frame, 0, mix, 0, frame.length);
            OnionKeys.xor(mix, 0, size, OnionKeys.stream(Purpose.RHO, secret, size), 0);
            if (i == hops.size() - 1) System.arraycopy(filler, 0, mix, size - filler.length, filler.length);
            hmac = hmac(secret, Bytes.copyOf(mix), associatedData).bytes();
        }
        Bytes firstKey = Curve.publicKey(sessionKey).bytes();
        return new Built(new OnionPacket(0, firstKey, Bytes.ofOwned(mix), new Bytes32(hmac)), secrets);
    }

    /**
     * Peels our layer off.
     *
     * @param nodeKey ours; inside a blinded path, tweaked by its caller
     * @param associatedData what the origin committed to: the payment hash
     */
    public static Peeling peel(PrivateKey nodeKey, Bytes associatedData, OnionPacket packet) {
        if (packet.version() != 0)
            return new Peeling.Rejected(new FailureMessage.InvalidOnionVersion(packet.sha256()));
        Optional<PublicKey> key = point(packet.ephemeralKey());
        if (key.isEmpty()) return new Peeling.Rejected(new FailureMessage.InvalidOnionKey(packet.sha256()));
        var secret = SharedSecret.of(nodeKey, key.get());
        Bytes hmac = hmac(secret.bytes(), packet.hopPayloads(), associatedData).bytes();
        if (!hmac.equalsInConstantTime(packet.hmac().bytes()))
            return new Peeling.Rejected(new FailureMessage.InvalidOnionHmac(packet.sha256()));
        return unwrap(packet, key.get(), secret);
    }

    private static Peeling unwrap(OnionPacket packet, PublicKey key, SharedSecret secret) {
        int size = packet.hopPayloads().size();
        byte[] open = Arrays.copyOf(packet.hopPayloads().toByteArray(), 2 * size);
        OnionKeys.xor(open, 0, 2 * size, OnionKeys.stream(Purpose.RHO, secret.bytes(), 2 * size), 0);
        Frame frame = Frame.read(open, size);
        if (frame.isBroken()) return new Peeling.Unreadable(new FailureMessage.InvalidOnionPayload(0, 0), secret);
        Bytes payload = Bytes.copyOf(open, frame.payloadFrom, frame.payloadSize);
        Bytes nextHmac = Bytes.copyOf(open, frame.payloadFrom + frame.payloadSize, Bytes32.SIZE);
        if (nextHmac.isAllZero()) return new Peeling.Peeled(payload, Optional.empty(), secret);
        Bytes nextKey = Curve.multiply(key, blindingFactor(key.bytes(), secret)).bytes();
        Bytes rest = Bytes.copyOf(open, frame.size(), size);
        var next = new OnionPacket(0, nextKey, rest, new Bytes32(nextHmac));
        return new Peeling.Peeled(payload, Optional.of(next), secret);
    }

    /** Where a hop's payload stands in the opened bytes; broken when the length is malformed, below 2, or too much. */
    private record Frame(int payloadFrom, int payloadSize) {
        static final Frame BROKEN = new Frame(0, -1);

        /** A BigSize that is minimal and small enough: one byte below 253, or 0xfd and two bytes. */
        static Frame read(byte[] open, int size) {
            int first = open[0] & 0xff;
            if (first > 253 || first < 2 || size < 3) return BROKEN;
            int length = first < 253 ? first : (open[1] & 0xff) << 8 | open[2] & 0xff;
            var frame = new Frame(first < 253 ? 1 : 3, length);
            return first == 253 && length < 253 || frame.size() > size ? BROKEN : frame;
        }

        boolean isBroken() {
            return payloadSize < 0;
        }

        int size() {
            return payloadFrom + payloadSize + Bytes32.SIZE;
        }
    }

    private static byte[] filler(List<SharedSecret> secrets, List<Bytes> payloads, int size) {
        byte[] filler = new byte[0];
        for (int i = 0; i < payloads.size() - 1; i++) {
            int before = filler.length;
            filler = Arrays.copyOf(filler, before + frameSize(payloads.get(i)));
            byte[] stream = OnionKeys.stream(Purpose.RHO, secrets.get(i).bytes(), 2 * size);
            OnionKeys.xor(filler, 0, filler.length, stream, size - before);
        }
        return filler;
    }

    private static byte[] frame(Bytes payload, Bytes hmac) {
        return Bytes.concat(lengthOf(payload), payload, hmac).toByteArray();
    }

    private static int frameSize(Bytes payload) {
        return lengthOf(payload).size() + payload.size() + Bytes32.SIZE;
    }

    private static Bytes lengthOf(Bytes payload) {
        int length = payload.size();
        if (length < 2 || length > 0xffff)
            throw new IllegalArgumentException("a payload of " + length + " bytes cannot be framed");
        return length < 253
                ? Bytes.ofOwned(new byte[]{(byte) length})
                : Bytes.ofOwned(new byte[]{(byte) 253, (byte) (length >>> 8), (byte) length});
    }

    private static Bytes32 hmac(Bytes secret, Bytes hopPayloads, Bytes associatedData) {
        return Hashes.hmacSha256(OnionKeys.derive(Purpose.MU, secret).bytes(), hopPayloads, associatedData);
    }

    private static PrivateKey blindingFactor(Bytes ephemeralKey, SharedSecret secret) {
        return new PrivateKey(Hashes.sha256(ephemeralKey, secret.bytes()).bytes());
    }

    private static Optional<PublicKey> point(Bytes bytes) {
        if (bytes.get(0) != 2 && bytes.get(0) != 3) return Optional.empty();
        var key = new PublicKey(bytes);
        return Curve.isOnCurve(key) ? Optional.of(key) : Optional.empty();
    }
}
