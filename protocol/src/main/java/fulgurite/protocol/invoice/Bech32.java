package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import java.util.Arrays;
import java.util.Locale;

/**
 * Bech32 of any length: bitcoinj's stops at 90 characters, invoices do not.
 *
 * @param prefix the human-readable part, in lower case
 * @param groups the data without its checksum, one 5-bit group a byte
 * @bolt 11, Encoding Overview
 */
record Bech32(String prefix, Bytes groups) {
    private static final String CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int CHECKSUM_SIZE = 6;

    /** @throws MalformedException when {@code text} is not Bech32, or its checksum does not fit */
    static Bech32 decode(String text) {
        // Before the case is folded: the Kelvin sign would fold into a k.
        if (!text.chars().allMatch(c -> c >= 33 && c <= 126))
            throw new MalformedException("bech32 text is printable ASCII without spaces");
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT)))
            throw new MalformedException("bech32 text mixes upper and lower case");
        int separator = lower.lastIndexOf('1');
        if (separator < 1) throw new MalformedException("bech32 text has no prefix that ends with 1");
        String prefix = lower.substring(0, separator);
        byte[] data = new byte[lower.length() - separator - 1];
        if (data.length < CHECKSUM_SIZE) throw new MalformedException("bech32 text is too short for its checksum");
        for (int i = 0; i < data.length; i++) {
            char symbol = lower.charAt(separator + 1 + i);
            int group = CHARSET.indexOf(symbol);
            if (group < 0) throw new MalformedException("bech32 text has a '" + symbol + "' after its separator");
            data[i] = (byte) group;
        }
        if (polymod(prefix, data) != 1) throw new MalformedException("the bech32 checksum does not fit");
        return new Bech32(prefix, Bytes.copyOf(data, 0, data.length - CHECKSUM_SIZE));
    }

    /** The text in lower case, with its checksum. */
    String encode() {
        byte[] data = Arrays.copyOf(groups.toByteArray(), groups.size() + CHECKSUM_SIZE);
        int checksum = polymod(prefix, data) ^ 1;
        for (int i = 0; i < CHECKSUM_SIZE; i++)
            data[groups.size() + i] = (byte) (checksum >>> 5 * (CHECKSUM_SIZE - 1 - i) & 31);
        var text = new StringBuilder(prefix.length() + 1 + data.length).append(prefix).append('1');
        for (byte group : data) text.append(CHARSET.charAt(group));
        return text.toString();
    }

    private static int polymod(String prefix, byte[] data) {
        int state = 1;
        for (int i = 0; i < prefix.length(); i++) state = absorb(state, prefix.charAt(i) >>> 5);
        state = absorb(state, 0);
        for (int i = 0; i < prefix.length(); i++) state = absorb(state, prefix.charAt(i) & 31);
        for (byte group : data) state = absorb(state, group);
        return state;
    }

    private static int absorb(int state, int group) {
        int top = state >>> 25;
        int next = (state & 0x1ffffff) << 5 ^ group;
        for (int i = 0; i < GENERATOR.length; i++) if ((top >>> i & 1) == 1) next ^= GENERATOR[i];
        return next;
    }
}
