package fulgurite.protocol.wire;

import fulgurite.protocol.codec.TlvCodec;

/** What may follow {@link OpenChannel}. @bolt 2, The open_channel Message */
public sealed interface OpenChannelTlv permits UpfrontShutdownScript, ChannelType {
    /** The namespace {@code open_channel_tlvs}. */
    TlvCodec<OpenChannelTlv> CODEC = TlvCodec.of("open_channel_tlvs", TlvCodec.tlv(0, UpfrontShutdownScript.CODEC),
            TlvCodec.tlv(1, ChannelType.CODEC));
}
