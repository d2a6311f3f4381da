package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;

/** Between bytes and groups of five bits (one group a byte), big-endian. */
final class FiveBits {
    private FiveBits() {}

    /** All bits of {@code bytes}, with zero bits appended up to a whole group. */
    static Bytes fromBytes(Bytes bytes) {
        byte[] groups = new byte[(bytes.size() * 8 + 4) / 5];
        int pending = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < bytes.size(); i++) {
            pending = pending << 8 | bytes.unsigned(i);
            for (bits += 8; bits >= 5; bits -= 5) groups[at++] = (byte) (pending >>> bits - 5 & 31);
        }
        if (bits > 0) groups[at] = (byte) (pending << 5 - bits & 31);
        return Bytes.ofOwned(groups);
    }

    /** The whole bytes that {@code groups} hold; bits that do not fill a byte are dropped. */
    static Bytes toBytes(Bytes groups) {
        return pack(groups, groups.size() * 5 / 8);
    }

    /** As {@link #toBytes}, but zero bits are appended to fill the last byte. */
    static Bytes toPaddedBytes(Bytes groups) {
        return pack(groups, (groups.size() * 5 + 7) / 8);
    }

    /** A number in the fewest groups: none for zero. */
    static Bytes fromNumber(long number) {
        int size = (64 - Long.numberOfLeadingZeros(number) + 4) / 5;
        byte[] groups = new byte[size];
        for (int i = 0; i < size; i++) groups[i] = (byte) (number >>> 5 * (size - 1 - i) & 31);
        return Bytes.ofOwned(groups);
    }

    /** @throws MalformedException when the number needs more than 63 bits, or begins with a zero group */
    static long toMinimalNumber(Bytes groups, String what) {
        requireMinimal(groups, what);
        if (groups.size() > 12) throw new MalformedException(what + " is too large");
        return toNumber(groups);
    }

    /** @param groups at most 12 */
    static long toNumber(Bytes groups) {
        long number = 0;
        for (int i = 0; i < groups.size(); i++) number = number << 5 | groups.get(i);
        return number;
    }

    static void requireMinimal(Bytes groups, String what) {
        if (!groups.isEmpty() && groups.get(0) == 0) throw new MalformedException(what + " begins with a zero group");
    }

    private static Bytes pack(Bytes groups, int size) {
        byte[] bytes = new byte[size];
        for (int bit = 0; bit < Math.min(groups.size() * 5, size * 8); bit++)
            if ((groups.get(bit / 5) >>> 4 - bit % 5 & 1) == 1) bytes[bit / 8] |= (byte) (0x80 >>> bit % 8);
        return Bytes.ofOwned(bytes);
    }
}
