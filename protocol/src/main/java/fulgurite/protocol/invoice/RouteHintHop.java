package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;

/**
 * One channel of a route towards the payee that the public graph may not know.
 *
 * @param nodeId the start of the channel, which forwards over it
 * @param feeBase 0..2^32-1
 * @param feeProportionalMillionths 0..2^32-1
 * @param cltvExpiryDelta 0..65535
 */
public record RouteHintHop(NodeId nodeId, ShortChannelId shortChannelId, MilliSatoshi feeBase,
        long feeProportionalMillionths, CltvDelta cltvExpiryDelta) {
    private static final int SIZE = 51;

    public RouteHintHop {
        requireBits(feeBase.msat(), 32, "fee_base_msat");
        requireBits(feeProportionalMillionths, 32, "fee_proportional_millionths");
        requireBits(cltvExpiryDelta.blocks(), 16, "cltv_expiry_delta");
    }

    /** @throws MalformedException when the bytes are not one or more hops */
    static List<RouteHintHop> decodeAll(Bytes bytes) {
        if (bytes.isEmpty() || bytes.size() % SIZE != 0)
            throw new MalformedException("a route hint has 51 bytes a hop, got " + bytes.size());
        var hops = new ArrayList<RouteHintHop>();
        ByteReader in = ByteReader.of(bytes);
        while (!in.isExhausted()) hops.add(decode(in));
        return List.copyOf(hops);
    }

    static Bytes encodeAll(List<RouteHintHop> hops) {
        var out = new ByteWriter(hops.size() * SIZE);
        for (RouteHintHop hop : hops)
            out.writeBytes(hop.nodeId.key().bytes())
                    .writeU64(hop.shortChannelId.value())
                    .writeU32(hop.feeBase.msat())
                    .writeU32(hop.feeProportionalMillionths)
                    .writeU16(hop.cltvExpiryDelta.blocks());
        return out.toBytes();
    }

    private static RouteHintHop decode(ByteReader in) {
        return new RouteHintHop(point(in.readBytes(PublicKey.SIZE), "a route hint's pubkey"),
                new ShortChannelId(in.readU64()), MilliSatoshi.msat(in.readU32()), in.readU32(),
                new CltvDelta(in.readU16()));
    }

    /** @throws MalformedException when the bytes are no point on the curve */
    static NodeId point(Bytes compressed, String what) {
        boolean isCompressed = compressed.get(0) == 2 || compressed.get(0) == 3;
        if (!isCompressed || !Curve.isOnCurve(new PublicKey(compressed)))
            throw new MalformedException(what + " is not a point on the curve: " + compressed);
        return new NodeId(new PublicKey(compressed));
    }

    private static void requireBits(long value, int bits, String what) {
        if (value < 0 || value >>> bits != 0)
            throw new IllegalArgumentException(what + " has " + bits + " bits, got " + value);
    }
}
