package fulgurite.protocol.onion;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.OnionKeys.Purpose;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.util.List;
import java.util.Optional;

/**
 * The {@code reason} of {@code update_fail_htlc}: made by the erring node, wrapped by each hop on the way back, read by
 * the origin alone.
 *
 * @bolt 4, Returning Errors
 */
public final class FailurePacket {
    /** failure_len and pad_len together: messages of every kind look alike. */
    static final int PADDED_SIZE = 256;
    /** The longest route; the origin always works this many rounds, so that its timing tells nothing. */
    private static final int ROUNDS = 27;
    private static final SharedSecret DUMMY = new SharedSecret(Bytes32.ZERO);

    private FailurePacket() {}

    /** What the origin makes of a packet that came back. */
    public sealed interface Unwrapped {}

    /** @param hop which hop of the route erred, counted from 0 */
    public record Failed(int hop, FailureMessage failure) implements Unwrapped {}

    /** No hop's key fits: somebody on the way garbled it. */
    public record Undecodable() implements Unwrapped {}

    /** At the erring node: built, padded, authenticated and wrapped once. @param secret from peeling the onion */
    public static Bytes create(SharedSecret secret, FailureMessage failure) {
        return wrap(secret, authenticate(secret, padded(FailureCodec.encode(failure), PADDED_SIZE)));
    }

    /** At each hop on the way back. @param secret from peeling the onion on its way out */
    public static Bytes wrap(SharedSecret secret, Bytes packet) {
        byte[] wrapped = packet.toByteArray();
        OnionKeys.xor(wrapped, 0, wrapped.length,
                OnionKeys.stream(Purpose.AMMAG, secret.bytes(), wrapped.length), 0);
        return Bytes.ofOwned(wrapped);
    }

    /** At the origin. @param secrets of the route, first hop first, 27 at most */
    public static Unwrapped unwrap(List<SharedSecret> secrets, Bytes packet) {
        Unwrapped found = new Undecodable();
        Bytes open = packet;
        for (int round = 0; round < ROUNDS; round++) {
            SharedSecret secret = round < secrets.size() ? secrets.get(round) : DUMMY;
            open = wrap(secret, open);
            Optional<FailureMessage> failure = open(secret, open);
            if (failure.isPresent() && round < secrets.size() && found instanceof Undecodable)
                found = new Failed(round, failure.get());
        }
        return found;
    }

    /** The message that the packet carries in clear, when the HMAC is this hop's. */
    private static Optional<FailureMessage> open(SharedSecret secret, Bytes packet) {
        if (packet.size() < Bytes32.SIZE) return Optional.empty();
        Bytes claimed = packet.slice(0, Bytes32.SIZE);
        Bytes content = packet.slice(Bytes32.SIZE, packet.size());
        if (!hmac(secret, content).equalsInConstantTime(claimed)) return Optional.empty();
        try {
            var in = ByteReader.of(content);
            return Optional.of(FailureCodec.decode(in.readBytes(in.readU16())));
        } catch (MalformedException e) {
            // The hop did sign it, so it is to blame although it made no sense.
            return Optional.of(new FailureMessage.Unrecognized(0, content));
        }
    }

    /** failure_len, the message, pad_len, and so much padding that message and padding are {@code size} at least. */
    static Bytes padded(Bytes failure, int size) {
        int padding = Math.max(0, size - failure.size());
        return new ByteWriter(failure.size() + padding + 4)
                .writeU16(failure.size())
                .writeBytes(failure)
                .writeU16(padding)
                .writeBytes(Bytes.zeros(padding))
                .toBytes();
    }

    /** The HMAC in front of the content. */
    static Bytes authenticate(SharedSecret secret, Bytes content) {
        return hmac(secret, content).concat(content);
    }

    private static Bytes hmac(SharedSecret secret, Bytes content) {
        return Hashes.hmacSha256(OnionKeys.derive(Purpose.UM, secret.bytes()).bytes(), content).bytes();
    }
}
