package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;

/**
 * The first message each way: what the sender can and what it demands.
 *
 * @bolt 1, The init Message
 */
public record Init(Features globalFeatures, Features features, TlvStream<InitTlv> tlvs) implements SetupMessage {
    public static final Codec<Init> CODEC = Codecs.record(Init.class, Features.CODEC_U16, Features.CODEC_U16,
            InitTlv.CODEC);

    /** Without any TLV record. */
    public Init(Features globalFeatures, Features features) {
        this(globalFeatures, features, TlvStream.empty());
    }

    /** Both maps as one, as the receiver must read them. */
    public Features combinedFeatures() {
        return globalFeatures.or(features);
    }
}
