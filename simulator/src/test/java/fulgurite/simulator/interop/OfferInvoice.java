package fulgurite.simulator.interop;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PaymentHash;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is needed of another node's BOLT 12 invoice to pay it. @param blindedPaths its records 160 and 162 as they stand */
record OfferInvoice(PaymentHash paymentHash, Bytes blindedPaths) {
    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final String PREFIX = "lni1";

    /** @param text {@code lni1…}: bech32 without a checksum */
    static OfferInvoice of(String text) {
        String plain = text.replaceAll("\\+\\s*", "").toLowerCase(Locale.ROOT);
        if (!plain.startsWith(PREFIX)) throw new IllegalArgumentException("no BOLT 12 invoice: " + text);
        Map<Long, Bytes> records = records(bytes(plain.substring(PREFIX.length())));
        var out = new ByteWriter();
        for (long type : new long[]{160, 162}) {
            Bytes value = Objects.requireNonNull(records.get(type), () -> "no record " + type);
            Codecs.BIGSIZE.encode(type, out);
            Codecs.BIGSIZE.encode((long) value.size(), out);
            out.writeBytes(value);
        }
        return new OfferInvoice(new PaymentHash(Objects.requireNonNull(records.get(168L))), out.toBytes());
    }

    private static Map<Long, Bytes> records(Bytes stream) {
        var records = new TreeMap<Long, Bytes>();
        var in = ByteReader.of(stream);
        while (!in.isExhausted()) {
            long type = Codecs.BIGSIZE.decode(in);
            records.put(type, in.readBytes(Math.toIntExact(Codecs.BIGSIZE.decode(in))));
        }
        return records;
    }

    private static Bytes bytes(String text) {
        byte[] bytes = new byte[text.length() * 5 / 8];
        for (int i = 0; i < text.length(); i++)
            for (int bit = 0; bit < 5; bit++) {
                int at = 5 * i + bit;
                if (at / 8 < bytes.length && (ALPHABET.indexOf(text.charAt(i)) & 16 >> bit) != 0)
                    bytes[at / 8] |= (byte) (128 >> at % 8);
            }
        return Bytes.ofOwned(bytes);
    }
}
