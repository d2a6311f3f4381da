package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.PublicKey;

/** What may follow {@link UpdateAddHtlc}. @bolt 2, Adding an HTLC: update_add_htlc */
public sealed interface UpdateAddHtlcTlv {
    /** The key with which the receiver finds its place in a blinded path. */
    record BlindedPath(PublicKey pathKey) implements UpdateAddHtlcTlv {
        static final Codec<BlindedPath> CODEC = Codecs.record(BlindedPath.class, Codecs.PUBLIC_KEY);
    }

    /** The namespace {@code update_add_htlc_tlvs}. */
    TlvCodec<UpdateAddHtlcTlv> CODEC = TlvCodec.of("update_add_htlc_tlvs", TlvCodec.tlv(0, BlindedPath.CODEC));
}
