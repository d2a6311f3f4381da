package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.util.List;

/** What may follow {@link Init}. @bolt 1, The init Message */
public sealed interface InitTlv {
    /** The chains that the sender is interested in, by their genesis hashes. */
    record Networks(List<Bytes32> chains) implements InitTlv {
        static final Codec<Networks> CODEC = Codecs.record(Networks.class, Codecs.listToEnd(Codecs.CHAIN_HASH));
    }

    /** Where the sender sees the connection come from: one address descriptor of BOLT 7. */
    record RemoteAddress(Bytes descriptor) implements InitTlv {
        static final Codec<RemoteAddress> CODEC = Codecs.record(RemoteAddress.class, Codecs.REST);
    }

    /** The namespace {@code init_tlvs}. */
    TlvCodec<InitTlv> CODEC = TlvCodec.of("init_tlvs", TlvCodec.tlv(1, Networks.CODEC),
            TlvCodec.tlv(3, RemoteAddress.CODEC));
}
