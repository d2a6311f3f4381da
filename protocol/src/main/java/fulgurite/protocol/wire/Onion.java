package fulgurite.protocol.wire;

import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;

/**
 * Names of Tor's onion services, version 3: the key of 32 bytes, two bytes of its checksum and the version, in base 32.
 *
 * @bolt 7, The node_announcement Message
 */
public final class Onion {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String SUFFIX = ".onion";
    private static final int KEY = 32;
    private static final int SIZE = 35;
    private static final int CHARACTERS = 56;
    private static final byte VERSION = 3;

    private Onion() {}

    /** The 35 bytes of a name; empty when it is none of version 3 or its checksum is wrong. */
    public static Optional<Bytes> parse(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(SUFFIX) || lower.length() != CHARACTERS + SUFFIX.length()) return Optional.empty();
        byte[] bytes = new byte[SIZE];
        for (int i = 0; i < CHARACTERS; i++) {
            int value = ALPHABET.indexOf(lower.charAt(i));
            if (value < 0) return Optional.empty();
            for (int bit = 0; bit < 5; bit++)
                if ((value & 16 >> bit) != 0) bytes[(5 * i + bit) / 8] |= (byte) (128 >> (5 * i + bit) % 8);
        }
        return Optional.of(Bytes.ofOwned(bytes)).filter(Onion::isValid);
    }

    /** @param address 35 bytes */
    public static String name(Bytes address) {
        var name = new StringBuilder();
        for (int i = 0; i < CHARACTERS; i++) {
            int value = 0;
            for (int at = 5 * i; at < 5 * i + 5; at++) value = value << 1 | address.unsigned(at / 8) >> 7 - at % 8 & 1;
            name.append(ALPHABET.charAt(value));
        }
        return name.append(SUFFIX).toString();
    }

    /** Whether the checksum and the version are right. @param address 35 bytes */
    public static boolean isValid(Bytes address) {
        byte[] all = address.toByteArray();
        if (all.length != SIZE || all[SIZE - 1] != VERSION) return false;
        MessageDigest hash = sha3();
        hash.update(".onion checksum".getBytes(StandardCharsets.US_ASCII));
        hash.update(all, 0, KEY);
        byte[] digest = hash.digest(new byte[]{VERSION});
        return digest[0] == all[KEY] && digest[1] == all[KEY + 1];
    }

    private static MessageDigest sha3() {
        try {
            return MessageDigest.getInstance("SHA3-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA3-256", e);
        }
    }
}
