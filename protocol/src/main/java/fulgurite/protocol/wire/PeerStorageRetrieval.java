package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;

/**
 * Gives back the last blob that the peer asked to keep.
 *
 * @bolt 1, Peer storage
 */
public record PeerStorageRetrieval(Bytes blob, TlvStream<NoTlv> tlvs) implements SetupMessage {
    public static final Codec<PeerStorageRetrieval> CODEC = Codecs.record(PeerStorageRetrieval.class, Codecs.BYTES_U16,
            NoTlv.CODEC);

    /** Without any TLV record. */
    public PeerStorageRetrieval(Bytes blob) {
        this(blob, TlvStream.empty());
    }
}
