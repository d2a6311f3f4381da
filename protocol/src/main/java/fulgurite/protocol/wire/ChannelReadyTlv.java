package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvCodec;
import fulgurite.protocol.units.ShortChannelId;

/** What may follow {@link ChannelReady}. @bolt 2, The channel_ready Message */
public sealed interface ChannelReadyTlv {
    /** A short_channel_id of the sender's choice, for invoices and payments through this channel. */
    record Alias(ShortChannelId alias) implements ChannelReadyTlv {
        static final Codec<Alias> CODEC = Codecs.record(Alias.class, Codecs.SHORT_CHANNEL_ID);
    }

    /** The namespace {@code channel_ready_tlvs}. */
    TlvCodec<ChannelReadyTlv> CODEC = TlvCodec.of("channel_ready_tlvs", TlvCodec.tlv(1, Alias.CODEC));
}
