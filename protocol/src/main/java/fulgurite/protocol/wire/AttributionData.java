package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;

/**
 * Who held the HTLC how long, with the proofs: 20 times of 4 bytes, 210 truncated HMACs of 4 bytes.
 *
 * @bolt 2, Removing an HTLC: update_fulfill_htlc, update_fail_htlc, and update_fail_malformed_htlc
 */
public record AttributionData(Bytes htlcHoldTimes, Bytes truncatedHmacs)
        implements UpdateFulfillHtlcTlv, UpdateFailHtlcTlv {
    static final Codec<AttributionData> CODEC = Codecs.record(AttributionData.class, Codecs.bytes(20 * 4),
            Codecs.bytes(210 * 4));
}
