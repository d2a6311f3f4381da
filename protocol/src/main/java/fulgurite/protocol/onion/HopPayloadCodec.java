package fulgurite.protocol.onion;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.onion.FailureMessage.InvalidOnionPayload;
import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hop payloads as TLV streams, without the length that {@link Sphinx} puts in front. It walks the stream itself rather
 * than through {@code TlvCodec}, because invalid_onion_payload names the type at fault and where it stands.
 *
 * @bolt 4, payload format
 */
public final class HopPayloadCodec {
    private static final long AMOUNT = 2;
    private static final long EXPIRY = 4;
    private static final long SHORT_CHANNEL_ID = 6;
    private static final long PAYMENT_DATA = 8;
    private static final long METADATA = 16;
    /** Not of BOLT 4: the field's convention for a payment without an invoice. */
    private static final long SPONTANEOUS_PREIMAGE = 5_482_373_484L;
    private static final List<Long> EVEN_TYPES_OUTSIDE_BLINDED_PATHS = List.of(AMOUNT, EXPIRY, SHORT_CHANNEL_ID,
            PAYMENT_DATA, METADATA, SPONTANEOUS_PREIMAGE);

    private HopPayloadCodec() {}

    /** What comes of reading a payload. */
    public sealed interface Reading {}

    /** Understood. */
    public record Read(HopPayload payload) implements Reading {}

    /** Not understood: a failure to return, encrypted, to the origin. */
    public record Invalid(InvalidOnionPayload failure) implements Reading {}

    public static Bytes encode(HopPayload payload) {
        var values = new TreeMap<Long, Bytes>(Long::compareUnsigned);
        values.put(AMOUNT, Codecs.MSAT_TU64.toBytes(payload.amount()));
        values.put(EXPIRY, Codecs.CLTV_EXPIRY_TU32.toBytes(payload.expiry()));
        for (TlvStream.Unknown other : payload.others()) values.put(other.type(), other.value());
        switch (payload) {
            case HopPayload.Relay relay ->
                values.put(SHORT_CHANNEL_ID, Codecs.SHORT_CHANNEL_ID.toBytes(relay.channel()));
            case HopPayload.Final last -> {
                last.paymentData().ifPresent(data -> values.put(PAYMENT_DATA, encode(data)));
                last.metadata().ifPresent(metadata -> values.put(METADATA, metadata));
                last.spontaneousPreimage().ifPresent(preimage -> values.put(SPONTANEOUS_PREIMAGE, preimage.bytes()));
            }
        }
        var out = new ByteWriter();
        values.forEach((type, value) -> {
            Codecs.BIGSIZE.encode(type, out);
            Codecs.BIGSIZE.encode((long) value.size(), out);
            out.writeBytes(value);
        });
        return out.toBytes();
    }

    /** @param last whether the onion ends here: what must be in the payload depends on it */
    public static Reading decode(Bytes payload, boolean last) {
        var records = new Records(payload);
        try {
            records.readAll();
            return new Read(last ? last(records) : relay(records));
        } catch (MalformedException e) {
            return new Invalid(new InvalidOnionPayload(records.type, records.offset));
        }
    }

    private static HopPayload relay(Records records) {
        return new HopPayload.Relay(
                records.required(AMOUNT, Codecs.MSAT_TU64),
                records.required(EXPIRY, Codecs.CLTV_EXPIRY_TU32),
                records.required(SHORT_CHANNEL_ID, Codecs.SHORT_CHANNEL_ID),
                records.others);
    }

    private static HopPayload last(Records records) {
        return new HopPayload.Final(
                records.required(AMOUNT, Codecs.MSAT_TU64),
                records.required(EXPIRY, Codecs.CLTV_EXPIRY_TU32),
                records.optional(PAYMENT_DATA, Codecs.REST).map(value -> paymentData(ByteReader.of(value))),
                records.optional(METADATA, Codecs.REST),
                records.optional(SPONTANEOUS_PREIMAGE, Codecs.PAYMENT_PREIMAGE),
                records.others);
    }

    private static Bytes encode(PaymentData data) {
        return data.secret().bytes().concat(Codecs.MSAT_TU64.toBytes(data.total()));
    }

    private static PaymentData paymentData(ByteReader in) {
        return new PaymentData(Codecs.PAYMENT_SECRET.decode(in), Codecs.MSAT_TU64.decode(in));
    }

    /** The stream's records with where each one began; {@code type} and {@code offset} are of the one being read. */
    private static final class Records {
        private final ByteReader in;
        private final SortedMap<Long, Bytes> values = new TreeMap<>(Long::compareUnsigned);
        private final SortedMap<Long, Integer> offsets = new TreeMap<>(Long::compareUnsigned);
        private final List<TlvStream.Unknown> others = new ArrayList<>();
        private long type;
        private int offset;

        Records(Bytes payload) {
            in = ByteReader.of(payload);
        }

        void readAll() {
            while (!in.isExhausted()) {
                long last = type;
                offset = in.position();
                type = Codecs.BIGSIZE.decode(in);
                if (!offsets.isEmpty() && Long.compareUnsigned(type, last) <= 0)
                    throw new MalformedException("types do not increase");
                long length = Codecs.BIGSIZE.decode(in);
                if (Long.compareUnsigned(length, in.remaining()) > 0) throw new MalformedException("value cut off");
                Bytes value = in.readBytes((int) length);
                offsets.put(type, offset);
                if (EVEN_TYPES_OUTSIDE_BLINDED_PATHS.contains(type)) values.put(type, value);
                else if ((type & 1) == 0) throw new MalformedException("unknown even type");
                else others.add(new TlvStream.Unknown(type, value));
            }
        }

        <T> T required(long wanted, Codec<T> codec) {
            type = wanted;
            offset = 0;
            return optional(wanted, codec).orElseThrow(() -> new MalformedException("type " + wanted + " is missing"));
        }

        <T> Optional<T> optional(long wanted, Codec<T> codec) {
            Bytes value = values.get(wanted);
            if (value == null) return Optional.empty();
            type = wanted;
            offset = offsets.getOrDefault(wanted, 0);
            return Optional.of(codec.fromBytes(value));
        }
    }
}
