package fulgurite.protocol.onion;

import static fulgurite.protocol.onion.FailureMessage.BADONION;
import static fulgurite.protocol.onion.FailureMessage.NODE;
import static fulgurite.protocol.onion.FailureMessage.PERM;
import static fulgurite.protocol.onion.FailureMessage.UPDATE;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.onion.FailureMessage.*;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;

/** Failures as bytes: a 2-byte code, its data, and whatever extra that a reader must ignore. @bolt 4, Failure Messages */
public final class FailureCodec {
    private FailureCodec() {}

    public static Bytes encode(FailureMessage failure) {
        var out = new ByteWriter().writeU16(failure.code());
        switch (failure) {
            case BadOnion f -> out.writeBytes(f.sha256OfOnion().bytes());
            case TemporaryChannelFailure f -> update(out, f);
            case AmountBelowMinimum f -> update(out.writeU64(f.htlcAmount().msat()), f);
            case FeeInsufficient f -> update(out.writeU64(f.htlcAmount().msat()), f);
            case IncorrectCltvExpiry f -> update(out.writeU32(f.expiry().height()), f);
            case ExpiryTooSoon f -> update(out, f);
            case IncorrectOrUnknownPaymentDetails f ->
                out.writeU64(f.htlcAmount().msat()).writeU32(f.height().height());
            case FinalIncorrectCltvExpiry f -> out.writeU32(f.expiry().height());
            case FinalIncorrectHtlcAmount f -> out.writeU64(f.incomingAmount().msat());
            case ChannelDisabled f -> update(out.writeU16(f.disabledFlags()), f);
            case InvalidOnionPayload f -> bigSize(out, f.type()).writeU16(f.offset());
            case Unrecognized f -> out.writeBytes(f.data());
            case TemporaryNodeFailure f -> {}
            case PermanentNodeFailure f -> {}
            case RequiredNodeFeatureMissing f -> {}
            case PermanentChannelFailure f -> {}
            case RequiredChannelFeatureMissing f -> {}
            case UnknownNextPeer f -> {}
            case ExpiryTooFar f -> {}
            case MppTimeout f -> {}
        }
        return out.toBytes();
    }

    /** Extra bytes are ignored, as BOLT 4 demands. @throws MalformedException only when there is no whole code */
    public static FailureMessage decode(Bytes bytes) {
        int code = ByteReader.of(bytes).readU16();
        Bytes data = bytes.slice(2, bytes.size());
        try {
            return decode(code, data);
        } catch (IllegalArgumentException e) {
            return new Unrecognized(code, data);
        }
    }

    /** What an update_fail_malformed_htlc from downstream becomes when it is returned to the origin. */
    public static FailureMessage ofMalformed(int code, Bytes32 sha256OfOnion) {
        return decode(code, sha256OfOnion.bytes());
    }

    private static FailureMessage decode(int code, Bytes data) {
        var in = ByteReader.of(data);
        return switch (code) {
            case NODE | 2 -> new TemporaryNodeFailure();
            case PERM | NODE | 2 -> new PermanentNodeFailure();
            case PERM | NODE | 3 -> new RequiredNodeFeatureMissing();
            case BADONION | PERM | 4 -> new InvalidOnionVersion(hash(in));
            case BADONION | PERM | 5 -> new InvalidOnionHmac(hash(in));
            case BADONION | PERM | 6 -> new InvalidOnionKey(hash(in));
            case UPDATE | 7 -> new TemporaryChannelFailure(update(in));
            case PERM | 8 -> new PermanentChannelFailure();
            case PERM | 9 -> new RequiredChannelFeatureMissing();
            case PERM | 10 -> new UnknownNextPeer();
            case UPDATE | 11 -> new AmountBelowMinimum(amount(in), update(in));
            case UPDATE | 12 -> new FeeInsufficient(amount(in), update(in));
            case UPDATE | 13 -> new IncorrectCltvExpiry(new CltvExpiry(in.readU32()), update(in));
            case UPDATE | 14 -> new ExpiryTooSoon(update(in));
            case PERM | 15 -> new IncorrectOrUnknownPaymentDetails(amount(in), height(in));
            case 18 -> new FinalIncorrectCltvExpiry(new CltvExpiry(in.readU32()));
            case 19 -> new FinalIncorrectHtlcAmount(amount(in));
            case UPDATE | 20 -> new ChannelDisabled(in.readU16(), update(in));
            case 21 -> new ExpiryTooFar();
            case PERM | 22 -> new InvalidOnionPayload(Codecs.BIGSIZE.decode(in), in.readU16());
            case 23 -> new MppTimeout();
            case BADONION | PERM | 24 -> new InvalidOnionBlinding(hash(in));
            default -> new Unrecognized(code, data);
        };
    }

    static int codeOf(FailureMessage failure) {
        return switch (failure) {
            case TemporaryNodeFailure f -> NODE | 2;
            case PermanentNodeFailure f -> PERM | NODE | 2;
            case RequiredNodeFeatureMissing f -> PERM | NODE | 3;
            case InvalidOnionVersion f -> BADONION | PERM | 4;
            case InvalidOnionHmac f -> BADONION | PERM | 5;
            case InvalidOnionKey f -> BADONION | PERM | 6;
            case TemporaryChannelFailure f -> UPDATE | 7;
            case PermanentChannelFailure f -> PERM | 8;
            case RequiredChannelFeatureMissing f -> PERM | 9;
            case UnknownNextPeer f -> PERM | 10;
            case AmountBelowMinimum f -> UPDATE | 11;
            case FeeInsufficient f -> UPDATE | 12;
            case IncorrectCltvExpiry f -> UPDATE | 13;
            case ExpiryTooSoon f -> UPDATE | 14;
            case IncorrectOrUnknownPaymentDetails f -> PERM | 15;
            case FinalIncorrectCltvExpiry f -> 18;
            case FinalIncorrectHtlcAmount f -> 19;
            case ChannelDisabled f -> UPDATE | 20;
            case ExpiryTooFar f -> 21;
            case InvalidOnionPayload f -> PERM | 22;
            case MppTimeout f -> 23;
            case InvalidOnionBlinding f -> BADONION | PERM | 24;
            case Unrecognized f -> f.failureCode();
        };
    }

    /** The record's name in the BOLT's spelling. */
    static String labelOf(FailureMessage failure) {
        if (failure instanceof Unrecognized f) return "failure code " + Integer.toHexString(f.failureCode());
        return failure.getClass().getSimpleName().replaceAll("(?<!^)([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static void update(ByteWriter out, ChannelPolicy failure) {
        out.writeU16(failure.channelUpdate().size()).writeBytes(failure.channelUpdate());
    }

    private static Bytes update(ByteReader in) {
        return in.readBytes(in.readU16());
    }

    private static Bytes32 hash(ByteReader in) {
        return new Bytes32(in.readBytes(Bytes32.SIZE));
    }

    private static MilliSatoshi amount(ByteReader in) {
        long msat = in.readU64();
        if (msat < 0) throw new MalformedException("an amount above 2^63 msat");
        return MilliSatoshi.msat(msat);
    }

    private static BlockHeight height(ByteReader in) {
        long height = in.readU32();
        if (height > Integer.MAX_VALUE) throw new MalformedException("a block height of " + height);
        return new BlockHeight((int) height);
    }

    private static ByteWriter bigSize(ByteWriter out, long value) {
        Codecs.BIGSIZE.encode(value, out);
        return out;
    }
}
