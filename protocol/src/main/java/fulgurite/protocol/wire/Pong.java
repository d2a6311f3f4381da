package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;

/**
 * Answers a ping with as many bytes as it asked for.
 *
 * @bolt 1, The ping and pong Messages
 */
public record Pong(Bytes ignored, TlvStream<NoTlv> tlvs) implements SetupMessage {
    public static final Codec<Pong> CODEC = Codecs.record(Pong.class, Codecs.BYTES_U16, NoTlv.CODEC);

    /** Without any TLV record. */
    public Pong(Bytes ignored) {
        this(ignored, TlvStream.empty());
    }

    /** The reply to a ping that {@linkplain Ping#wantsPong wants one}. */
    public static Pong to(Ping ping) {
        return new Pong(Bytes.zeros(ping.numPongBytes()));
    }
}
