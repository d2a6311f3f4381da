package fulgurite.protocol.payment.forwarded;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import java.math.BigInteger;

/**
 * The terms on which one of our channels forwards, as our channel_update says.
 *
 * @param enabled not disabled in our channel_update
 * @param feeProportionalMillionths of the outgoing amount
 * @param channelUpdate to send along with a failure, its message type included, or empty: BOLT 4 wants it left out
 */
public record ForwardingPolicy(boolean enabled, MilliSatoshi feeBase, long feeProportionalMillionths,
        CltvDelta cltvDelta, MilliSatoshi htlcMinimum, MilliSatoshi htlcMaximum, Bytes channelUpdate) {
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** What forwarding {@code amount} costs, rounded down; beyond 2^63 msat it is that. @bolt 7, HTLC Fees */
    public MilliSatoshi fee(MilliSatoshi amount) {
        BigInteger fee = BigInteger.valueOf(amount.msat())
                .multiply(BigInteger.valueOf(feeProportionalMillionths))
                .divide(MILLION)
                .add(BigInteger.valueOf(feeBase.msat()));
        return MilliSatoshi.msat(fee.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
    }
}
