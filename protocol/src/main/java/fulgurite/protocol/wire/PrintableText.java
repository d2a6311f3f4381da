package fulgurite.protocol.wire;

import fulgurite.protocol.units.Bytes;

/** Text inside error and warning messages: printable ASCII, whatever the peer wrote. @bolt 1, The error and warning Messages */
final class PrintableText {
    private static final int FIRST = 32;
    private static final int LAST = 126;

    private PrintableText() {}

    static String of(Bytes data) {
        var text = new StringBuilder(data.size());
        for (int i = 0; i < data.size(); i++)
            text.append(data.get(i) >= FIRST && data.get(i) <= LAST ? (char) data.get(i) : '?');
        return text.toString();
    }

    static Bytes toBytes(String text) {
        byte[] ascii = new byte[text.length()];
        for (int i = 0; i < ascii.length; i++) {
            char c = text.charAt(i);
            ascii[i] = (byte) (c >= FIRST && c <= LAST ? c : '?');
        }
        return Bytes.ofOwned(ascii);
    }
}
