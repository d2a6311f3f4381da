package fulgurite.protocol.wire;

import fulgurite.protocol.codec.TlvCodec;

/** What may follow {@link UpdateFulfillHtlc}. @bolt 2, Removing an HTLC: update_fulfill_htlc, update_fail_htlc, and update_fail_malformed_htlc */
public sealed interface UpdateFulfillHtlcTlv permits AttributionData {
    /** The namespace {@code update_fulfill_htlc_tlvs}. */
    TlvCodec<UpdateFulfillHtlcTlv> CODEC = TlvCodec.of("update_fulfill_htlc_tlvs",
            TlvCodec.tlv(1, AttributionData.CODEC));
}
