package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.function.Function;

/**
 * The codecs of BOLT 1's fundamental types, and the ways to build others from them. A record's codec is
 * {@code Codecs.record(Type.class, codec of the first component, …)}.
 *
 * @bolt 1, Fundamental Types
 */
public final class Codecs {
    /** All the bitcoin there will ever be: no amount on the wire may be larger. */
    public static final Satoshi MAX_MONEY = new Satoshi(0x000775f05a074000L);

    public static final Codec<Integer> U8 = new IntegerCodec.Narrow(1, false);
    public static final Codec<Integer> U16 = new IntegerCodec.Narrow(2, false);
    public static final Codec<Long> U32 = new IntegerCodec.Wide(4, false);
    /** All 64 bits: 2^63 and more is a negative {@code long}. */
    public static final Codec<Long> U64 = new IntegerCodec.Wide(8, false);
    public static final Codec<Integer> S8 = new IntegerCodec.Narrow(1, true);
    public static final Codec<Integer> S16 = new IntegerCodec.Narrow(2, true);
    public static final Codec<Long> S32 = new IntegerCodec.Wide(4, true);
    public static final Codec<Long> S64 = new IntegerCodec.Wide(8, true);
    /** Takes what is left of its reader: the last field of a TLV record. So do the other truncated ones. */
    public static final Codec<Integer> TU16 = map(new TruncatedCodec(2), Integer.class, Long::intValue,
            Integer::longValue);
    public static final Codec<Long> TU32 = new TruncatedCodec(4);
    /** All 64 bits: 2^63 and more is a negative {@code long}. */
    public static final Codec<Long> TU64 = new TruncatedCodec(8);
    /** All 64 bits: 2^63 and more is a negative {@code long}. */
    public static final Codec<Long> BIGSIZE = new BigSizeCodec();
    /** One byte, 0 or 1. */
    public static final Codec<Boolean> BOOLEAN = map(U8, Boolean.class, Codecs::toBoolean, flag -> flag ? 1 : 0);

    /** Everything that is left of the reader. */
    public static final Codec<Bytes> REST = new BytesCodec.Rest();
    /** A {@code u16} length, then that many bytes. */
    public static final Codec<Bytes> BYTES_U16 = new BytesCodec.Prefixed();

    public static final Codec<Bytes32> BYTES32 = map(bytes(32), Bytes32.class, Bytes32::new, Bytes32::bytes);
    public static final Codec<Bytes32> CHAIN_HASH = BYTES32;
    public static final Codec<ChannelId> CHANNEL_ID = map(bytes(32), ChannelId.class, ChannelId::new,
            ChannelId::bytes);
    public static final Codec<TxId> TXID = map(bytes(32), TxId.class, TxId::new, TxId::bytes);
    public static final Codec<PaymentHash> PAYMENT_HASH = map(bytes(32), PaymentHash.class, PaymentHash::new,
            PaymentHash::bytes);
    public static final Codec<PaymentPreimage> PAYMENT_PREIMAGE = map(bytes(32), PaymentPreimage.class,
            PaymentPreimage::new, PaymentPreimage::bytes);
    public static final Codec<PaymentSecret> PAYMENT_SECRET = map(bytes(32), PaymentSecret.class, PaymentSecret::new,
            PaymentSecret::bytes);
    /** Any 32 bytes: whether they are 1..n-1 is for {@code crypto} to say. */
    public static final Codec<PrivateKey> PRIVATE_KEY = map(bytes(32), PrivateKey.class, PrivateKey::new,
            PrivateKey::bytes);
    /** Only the form is checked (33 bytes, first 2 or 3): whether the point is on the curve is for {@code crypto}. */
    public static final Codec<PublicKey> PUBLIC_KEY = map(bytes(33), PublicKey.class, PublicKey::new,
            PublicKey::bytes);
    public static final Codec<NodeId> NODE_ID = map(PUBLIC_KEY, NodeId.class, NodeId::new, NodeId::key);
    public static final Codec<Signature> SIGNATURE = map(bytes(64), Signature.class, Signature::new,
            Signature::bytes);
    public static final Codec<ShortChannelId> SHORT_CHANNEL_ID = map(U64, ShortChannelId.class, ShortChannelId::new,
            ShortChannelId::value);

    /** 0..{@link #MAX_MONEY}: more is malformed, so that sums of a few amounts cannot overflow. */
    public static final Codec<Satoshi> SATOSHI_U64 = map(U64, Satoshi.class,
            sat -> new Satoshi(upToAllMoney(sat, MAX_MONEY.sat())), Satoshi::sat);
    /** 0..{@link #MAX_MONEY}: more is malformed, so that sums of a few amounts cannot overflow. */
    public static final Codec<MilliSatoshi> MSAT_U64 = map(U64, MilliSatoshi.class,
            msat -> new MilliSatoshi(upToAllMoney(msat, maxMsat())), MilliSatoshi::msat);
    /** A ceiling: peers write 2^64-1 for "none", so anything above {@link #MAX_MONEY} is read as just that. */
    public static final Codec<MilliSatoshi> MSAT_U64_CEILING = map(U64, MilliSatoshi.class,
            msat -> new MilliSatoshi(Long.compareUnsigned(msat, maxMsat()) > 0 ? maxMsat() : msat),
            MilliSatoshi::msat);
    public static final Codec<MilliSatoshi> MSAT_U32 = map(U32, MilliSatoshi.class, MilliSatoshi::new,
            MilliSatoshi::msat);
    public static final Codec<MilliSatoshi> MSAT_TU64 = map(TU64, MilliSatoshi.class,
            msat -> new MilliSatoshi(upToAllMoney(msat, maxMsat())), MilliSatoshi::msat);
    public static final Codec<FeeratePerKw> FEERATE_U32 = map(U32, FeeratePerKw.class, FeeratePerKw::new,
            FeeratePerKw::satPerKw);
    public static final Codec<CltvExpiry> CLTV_EXPIRY_U32 = map(U32, CltvExpiry.class, CltvExpiry::new,
            CltvExpiry::height);
    public static final Codec<CltvExpiry> CLTV_EXPIRY_TU32 = map(TU32, CltvExpiry.class, CltvExpiry::new,
            CltvExpiry::height);
    public static final Codec<CltvDelta> CLTV_DELTA_U16 = map(U16, CltvDelta.class, CltvDelta::new,
            CltvDelta::blocks);

    private Codecs() {}

    /** Exactly {@code size} bytes, without a length. */
    public static Codec<Bytes> bytes(int size) {
        return new BytesCodec.Fixed(size);
    }

    /** A record's components in the order of its header, one codec each. The record must be public. */
    public static <R extends Record> Codec<R> record(Class<R> type, Codec<?>... parts) {
        return new RecordCodec<>(type, parts);
    }

    /**
     * A value told by another one.
     *
     * @param from an {@link IllegalArgumentException} of it is a {@link MalformedException}
     */
    public static <A, B> Codec<B> map(Codec<A> inner, Class<B> type, Function<A, B> from, Function<B, A> to) {
        return new MappedCodec<>(inner, type, from, to);
    }

    /** A {@code u16} count, then that many items. */
    public static <T> Codec<List<T>> listU16(Codec<T> item) {
        return new ListCodec<>(item, true);
    }

    /** Items until the reader is exhausted. */
    public static <T> Codec<List<T>> listToEnd(Codec<T> item) {
        return new ListCodec<>(item, false);
    }

    /** A {@code u16} length in bytes, then a value that fills it. */
    public static <T> Codec<T> withLengthU16(Codec<T> inner) {
        return map(BYTES_U16, inner.type(), inner::fromBytes, inner::toBytes);
    }

    private static long maxMsat() {
        return MAX_MONEY.sat() * 1000;
    }

    private static long upToAllMoney(long amount, long max) {
        if (Long.compareUnsigned(amount, max) > 0)
            throw new MalformedException("an amount of " + Long.toUnsignedString(amount) + " is more than all bitcoin");
        return amount;
    }

    private static boolean toBoolean(int flag) {
        if (flag > 1) throw new MalformedException("a flag is 0 or 1, got " + flag);
        return flag == 1;
    }
}
