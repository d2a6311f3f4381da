package fulgurite.protocol.wire;

import fulgurite.protocol.codec.TlvCodec;

/** The namespace of a message that defines no TLV record of its own: unknown odd ones may still follow. */
public enum NoTlv {
    ;

    static final TlvCodec<NoTlv> CODEC = TlvCodec.of("extension");
}
