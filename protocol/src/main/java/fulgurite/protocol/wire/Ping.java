package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;

/**
 * Asks for a pong of {@code numPongBytes} bytes; from 65532 on, for none.
 *
 * @bolt 1, The ping and pong Messages
 */
public record Ping(int numPongBytes, Bytes ignored, TlvStream<NoTlv> tlvs) implements SetupMessage {
    public static final Codec<Ping> CODEC = Codecs.record(Ping.class, Codecs.U16, Codecs.BYTES_U16, NoTlv.CODEC);

    /** Without any TLV record. */
    public Ping(int numPongBytes, Bytes ignored) {
        this(numPongBytes, ignored, TlvStream.empty());
    }

    /** Whether the sender wants a {@link Pong}. */
    public boolean wantsPong() {
        return numPongBytes < 65_532;
    }
}
