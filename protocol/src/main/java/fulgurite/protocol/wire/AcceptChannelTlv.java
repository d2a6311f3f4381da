package fulgurite.protocol.wire;

import fulgurite.protocol.codec.TlvCodec;

/** What may follow {@link AcceptChannel}. @bolt 2, The accept_channel Message */
public sealed interface AcceptChannelTlv permits UpfrontShutdownScript, ChannelType {
    /** The namespace {@code accept_channel_tlvs}. */
    TlvCodec<AcceptChannelTlv> CODEC = TlvCodec.of("accept_channel_tlvs", TlvCodec.tlv(0, UpfrontShutdownScript.CODEC),
            TlvCodec.tlv(1, ChannelType.CODEC));
}
