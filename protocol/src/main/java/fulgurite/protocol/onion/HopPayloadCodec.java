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
import java.util.function.LongPredicate;

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
    /** What a hop of a blinded path must have. */
    public static final long ENCRYPTED_DATA = 10;
    private static final long PATH_KEY = 12;
    private static final long METADATA = 16;
    private static final long TOTAL = 18;
    /** Not of BOLT 4: the field's convention for a payment without an invoice. */
    private static final long SPONTANEOUS_PREIMAGE = 5_482_373_484L;
    private static final List<Long> EVEN_TYPES = List.of(AMOUNT, EXPIRY, SHORT_CHANNEL_ID, PAYMENT_DATA,
            ENCRYPTED_DATA, PATH_KEY, METADATA, TOTAL, SPONTANEOUS_PREIMAGE);
    private static final List<Long> OF_BLINDED_PATHS_ONLY = List.of(PATH_KEY, TOTAL);
    private static final List<Long> AT_A_BLINDED_RELAY = List.of(ENCRYPTED_DATA, PATH_KEY);
    private static final List<Long> AT_A_BLINDED_END = List.of(AMOUNT, EXPIRY, ENCRYPTED_DATA, PATH_KEY, TOTAL);

    private HopPayloadCodec() {}

    /** What comes of reading a payload. */
    public sealed interface Reading {}

    /** Understood. */
    public record Read(HopPayload payload) implements Reading {}

    /** Not understood: a failure to return, encrypted, to the origin. @param withPathKey whether it had a current_path_key */
    public record Invalid(InvalidOnionPayload failure, boolean withPathKey) implements Reading {}

    public static Bytes encode(HopPayload payload) {
        var values = new TreeMap<Long, Bytes>(Long::compareUnsigned);
        switch (payload) {
            case HopPayload.Plain plain -> put(plain, values);
            case HopPayload.Blinded blinded -> put(blinded, values);
        }
        var out = new ByteWriter();
        values.forEach((type, value) -> {
            Codecs.BIGSIZE.encode(type, out);
            Codecs.BIGSIZE.encode((long) value.size(), out);
            out.writeBytes(value);
        });
        return out.toBytes();
    }

    private static void put(HopPayload.Plain payload, SortedMap<Long, Bytes> values) {
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
    }

    private static void put(HopPayload.Blinded payload, SortedMap<Long, Bytes> values) {
        values.put(ENCRYPTED_DATA, payload.encryptedData());
        payload.pathKey().ifPresent(key -> values.put(PATH_KEY, key.bytes()));
        switch (payload) {
            case HopPayload.BlindedRelay relay -> {}
            case HopPayload.BlindedFinal last -> {
                values.put(AMOUNT, Codecs.MSAT_TU64.toBytes(last.amount()));
                values.put(EXPIRY, Codecs.CLTV_EXPIRY_TU32.toBytes(last.expiry()));
                values.put(TOTAL, Codecs.MSAT_TU64.toBytes(last.total()));
            }
        }
    }

    /** @param last whether the onion ends here: what must be in the payload depends on it */
    public static Reading decode(Bytes payload, boolean last) {
        var records = new Records(payload);
        try {
            records.readAll();
            if (records.has(ENCRYPTED_DATA)) return new Read(last ? blindedLast(records) : blindedRelay(records));
            records.refuse(OF_BLINDED_PATHS_ONLY::contains);
            return new Read(last ? last(records) : relay(records));
        } catch (MalformedException e) {
            return new Invalid(new InvalidOnionPayload(records.type, records.offset), records.has(PATH_KEY));
        }
    }

    private static HopPayload blindedRelay(Records records) {
        records.refuse(type -> !AT_A_BLINDED_RELAY.contains(type));
        return new HopPayload.BlindedRelay(records.required(ENCRYPTED_DATA, Codecs.REST),
                records.optional(PATH_KEY, Codecs.PUBLIC_KEY));
    }

    private static HopPayload blindedLast(Records records) {
        records.refuse(type -> !AT_A_BLINDED_END.contains(type));
        return new HopPayload.BlindedFinal(
                records.required(AMOUNT, Codecs.MSAT_TU64),
                records.required(EXPIRY, Codecs.CLTV_EXPIRY_TU32),
                records.required(TOTAL, Codecs.MSAT_TU64),
                records.required(ENCRYPTED_DATA, Codecs.REST),
                records.optional(PATH_KEY, Codecs.PUBLIC_KEY));
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
                if (EVEN_TYPES.contains(type)) values.put(type, value);
                else if ((type & 1) == 0) throw new MalformedException("unknown even type");
                else others.add(new TlvStream.Unknown(type, value));
            }
        }

        boolean has(long wanted) {
            return values.containsKey(wanted);
        }

        /** The first record of such a type, if there is one, makes the payload invalid. */
        void refuse(LongPredicate types) {
            offsets.forEach((found, at) -> {
                if (!types.test(found)) return;
                type = found;
                offset = at;
                throw new MalformedException("type " + Long.toUnsignedString(found) + " has no place here");
            });
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
