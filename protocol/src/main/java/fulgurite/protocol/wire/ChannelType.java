package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;

/**
 * What kind of channel it is, as a set of even feature bits.
 *
 * @bolt 2, The open_channel Message
 */
public record ChannelType(Features features) implements OpenChannelTlv, AcceptChannelTlv {
    static final Codec<ChannelType> CODEC = Codecs.record(ChannelType.class, Features.CODEC_REST);

    /** Commitments without anchors: the fallback for peers that know nothing newer. */
    public static final ChannelType STATIC_REMOTEKEY = of(Feature.STATIC_REMOTEKEY);
    /** Anchors with HTLC transactions that pay no fee: what is opened today. */
    public static final ChannelType ANCHORS = of(Feature.STATIC_REMOTEKEY, Feature.ANCHORS);

    public static ChannelType of(Feature... required) {
        Features features = Features.EMPTY;
        for (Feature feature : required) features = features.withRequired(feature);
        return new ChannelType(features);
    }

    public boolean has(Feature feature) {
        return features.requires(feature);
    }

    public ChannelType with(Feature feature) {
        return new ChannelType(features.withRequired(feature));
    }
}
