package fulgurite.protocol.onion;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;

/**
 * An onion as it travels from one hop to the next. What a peer sent may be nonsense: the version and the key are kept
 * as they came, and {@link Sphinx#peel} judges them.
 *
 * @param version 0..255, 0 is the only one that is understood
 * @param ephemeralKey 33 bytes, hopefully a compressed point
 * @param hopPayloads obfuscated: 1300 bytes in a payment, any size in an onion message
 * @bolt 4, Packet Structure
 */
public record OnionPacket(int version, Bytes ephemeralKey, Bytes hopPayloads, Bytes32 hmac) {
    /** The size of {@code hopPayloads} in {@code update_add_htlc}. */
    public static final int PAYMENT_PAYLOADS_SIZE = 1300;
    /** The size of the whole packet in {@code update_add_htlc}. */
    public static final int PAYMENT_PACKET_SIZE = 1 + 33 + PAYMENT_PAYLOADS_SIZE + Bytes32.SIZE;

    private static final int KEY_SIZE = 33;

    public OnionPacket {
        if (version < 0 || version > 255) throw new IllegalArgumentException("an onion's version is a byte");
        if (ephemeralKey.size() != KEY_SIZE) throw new IllegalArgumentException("an onion's key is 33 bytes");
    }

    public Bytes toBytes() {
        return new ByteWriter(1 + KEY_SIZE + hopPayloads.size() + Bytes32.SIZE)
                .writeU8(version)
                .writeBytes(ephemeralKey)
                .writeBytes(hopPayloads)
                .writeBytes(hmac.bytes())
                .toBytes();
    }

    /** @throws MalformedException when there is no room for a payload: any size above 66 bytes will do */
    public static OnionPacket fromBytes(Bytes bytes) {
        var in = ByteReader.of(bytes);
        int version = in.readU8();
        Bytes key = in.readBytes(KEY_SIZE);
        if (in.remaining() <= Bytes32.SIZE)
            throw new MalformedException("an onion of " + bytes.size() + " bytes has no room for a payload");
        Bytes payloads = in.readBytes(in.remaining() - Bytes32.SIZE);
        return new OnionPacket(version, key, payloads, new Bytes32(in.readRest()));
    }

    /** What the BADONION failures report. */
    public Bytes32 sha256() {
        return Hashes.sha256(toBytes());
    }
}
