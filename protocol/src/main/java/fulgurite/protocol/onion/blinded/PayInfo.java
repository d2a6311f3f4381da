package fulgurite.protocol.onion.blinded;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.onion.blinded.PathTlv.PaymentRelay;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;

/**
 * What the use of a blinded path costs altogether, from the introduction node on: as if it were one channel to the payee.
 *
 * @param cltvDelta of all hops, and what the payee wants itself
 * @param htlcMinimum that the payee must get in one HTLC; @param htlcMaximum that it can get in one
 * @param features as the hops' data allow them
 * @bolt 12, Invoices, blinded_payinfo
 */
public record PayInfo(MilliSatoshi feeBase, long feeProportionalMillionths, CltvDelta cltvDelta,
        MilliSatoshi htlcMinimum, MilliSatoshi htlcMaximum, Features features) {
    public static final Codec<PayInfo> CODEC = Codecs.record(PayInfo.class, Codecs.MSAT_U32, Codecs.U32,
            Codecs.CLTV_DELTA_U16, Codecs.MSAT_U64, Codecs.MSAT_U64_CEILING, Features.CODEC_U16);
    private static final long MILLION = 1_000_000;
    private static final long MOST = (1L << 32) - 1;

    /** A forwarding hop. @param minimum of its outgoing channel, @param maximum of it */
    public record Relaying(PaymentRelay relay, MilliSatoshi minimum, MilliSatoshi maximum) {}

    /**
     * Adds up what the hops ask, each step rounded up, so that the payee never gets less than it should.
     *
     * @param hops that forward, the introduction node first
     * @param finalDelta that the payee wants between the height and its HTLC's expiry
     * @return empty when a sum is more than the encoding can say
     * @bolt 4, payload format, Requirements
     */
    public static Optional<PayInfo> of(List<Relaying> hops, CltvDelta finalDelta) {
        long base = 0;
        long millionths = 0;
        int blocks = finalDelta.blocks();
        MilliSatoshi minimum = MilliSatoshi.ZERO;
        for (Relaying hop : hops.reversed()) {
            PaymentRelay relay = hop.relay();
            long ours = relay.feeProportionalMillionths();
            if (base != 0 && MILLION + ours > Long.MAX_VALUE / 4 / base) return Optional.empty();
            base = (relay.feeBase().msat() * MILLION + base * (MILLION + ours) + MILLION - 1) / MILLION;
            if (millionths != 0 && ours > Long.MAX_VALUE / 4 / millionths) return Optional.empty();
            millionths = ((millionths + ours) * MILLION + millionths * ours + MILLION - 1) / MILLION;
            blocks += relay.cltvDelta().blocks();
            minimum = minimum.max(hop.minimum());
            if (base > MOST || millionths > MOST || blocks > 0xffff) return Optional.empty();
        }
        return Optional.of(new PayInfo(new MilliSatoshi(base), millionths, new CltvDelta(blocks), minimum,
                maximum(hops), Features.EMPTY));
    }

    /** What can arrive when no channel on the way is given more than it takes. */
    private static MilliSatoshi maximum(List<Relaying> hops) {
        MilliSatoshi most = Codecs.MAX_MONEY.toMilliSatoshi();
        for (int i = 0; i < hops.size(); i++) {
            if (i > 0) most = hops.get(i).relay().forwarded(most).orElse(MilliSatoshi.ZERO);
            most = most.min(hops.get(i).maximum());
        }
        return most;
    }

    /**
     * What is left to pay from the second hop on, by one who knows what the first keeps: at most what the maker of the
     * path can have added up.
     */
    public PayInfo without(PaymentRelay first) {
        long whole = MILLION + first.feeProportionalMillionths();
        long base = Math.max(0, feeBase.minus(first.feeBase()).msat()) * MILLION / whole;
        long millionths = Math.max(0, feeProportionalMillionths - first.feeProportionalMillionths()) * MILLION / whole;
        int blocks = Math.max(0, cltvDelta.blocks() - first.cltvDelta().blocks());
        return new PayInfo(new MilliSatoshi(base), millionths, new CltvDelta(blocks), htlcMinimum, htlcMaximum,
                features);
    }
}
