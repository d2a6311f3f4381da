package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;

/**
 * Takes the offer of {@link OpenChannel}, with the receiver's own terms.
 *
 * @param minimumDepth confirmations before the channel is ready, 0 for a channel without any
 * @bolt 2, The accept_channel Message
 */
public record AcceptChannel(ChannelId temporaryChannelId, Satoshi dustLimit, MilliSatoshi maxHtlcValueInFlight,
        Satoshi channelReserve, MilliSatoshi htlcMinimum, long minimumDepth, CltvDelta toSelfDelay,
        int maxAcceptedHtlcs, PublicKey fundingPubkey, PublicKey revocationBasepoint, PublicKey paymentBasepoint,
        PublicKey delayedPaymentBasepoint, PublicKey htlcBasepoint, PublicKey firstPerCommitmentPoint,
        TlvStream<AcceptChannelTlv> tlvs) implements OpeningMessage {
    public static final Codec<AcceptChannel> CODEC = Codecs.record(AcceptChannel.class, Codecs.CHANNEL_ID,
            Codecs.SATOSHI_U64, Codecs.MSAT_U64_CEILING, Codecs.SATOSHI_U64, Codecs.MSAT_U64, Codecs.U32,
            Codecs.CLTV_DELTA_U16, Codecs.U16, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY,
            Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, AcceptChannelTlv.CODEC);

    /** Without any TLV record. */
    public AcceptChannel(ChannelId temporaryChannelId, Satoshi dustLimit, MilliSatoshi maxHtlcValueInFlight,
            Satoshi channelReserve, MilliSatoshi htlcMinimum, long minimumDepth, CltvDelta toSelfDelay,
            int maxAcceptedHtlcs, PublicKey fundingPubkey, PublicKey revocationBasepoint, PublicKey paymentBasepoint,
            PublicKey delayedPaymentBasepoint, PublicKey htlcBasepoint, PublicKey firstPerCommitmentPoint) {
        this(temporaryChannelId, dustLimit, maxHtlcValueInFlight, channelReserve, htlcMinimum, minimumDepth,
                toSelfDelay, maxAcceptedHtlcs, fundingPubkey, revocationBasepoint, paymentBasepoint,
                delayedPaymentBasepoint, htlcBasepoint, firstPerCommitmentPoint, TlvStream.empty());
    }
}
