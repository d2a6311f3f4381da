package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;

/**
 * Asks the peer to keep a blob, at most 65531 bytes.
 *
 * @bolt 1, Peer storage
 */
public record PeerStorage(Bytes blob, TlvStream<NoTlv> tlvs) implements SetupMessage {
    public static final Codec<PeerStorage> CODEC = Codecs.record(PeerStorage.class, Codecs.BYTES_U16, NoTlv.CODEC);

    /** Without any TLV record. */
    public PeerStorage(Bytes blob) {
        this(blob, TlvStream.empty());
    }
}
