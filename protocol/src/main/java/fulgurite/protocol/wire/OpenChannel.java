package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;

/**
 * Offers a channel that the sender funds alone.
 *
 * @param toSelfDelay how long the receiver must wait for its own money, in blocks (a relative delay)
 * @param channelFlags bit 0 asks to announce the channel
 * @bolt 2, The open_channel Message
 */
public record OpenChannel(Bytes32 chainHash, ChannelId temporaryChannelId, Satoshi fundingAmount,
        MilliSatoshi pushAmount, Satoshi dustLimit, MilliSatoshi maxHtlcValueInFlight, Satoshi channelReserve,
        MilliSatoshi htlcMinimum, FeeratePerKw feeratePerKw, CltvDelta toSelfDelay, int maxAcceptedHtlcs,
        PublicKey fundingPubkey, PublicKey revocationBasepoint, PublicKey paymentBasepoint,
        PublicKey delayedPaymentBasepoint, PublicKey htlcBasepoint, PublicKey firstPerCommitmentPoint, int channelFlags,
        TlvStream<OpenChannelTlv> tlvs) implements OpeningMessage {
    public static final Codec<OpenChannel> CODEC = Codecs.record(OpenChannel.class, Codecs.CHAIN_HASH,
            Codecs.CHANNEL_ID, Codecs.SATOSHI_U64, Codecs.MSAT_U64, Codecs.SATOSHI_U64, Codecs.MSAT_U64_CEILING,
            Codecs.SATOSHI_U64, Codecs.MSAT_U64, Codecs.FEERATE_U32, Codecs.CLTV_DELTA_U16, Codecs.U16,
            Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY,
            Codecs.PUBLIC_KEY, Codecs.U8, OpenChannelTlv.CODEC);

    /** Without any TLV record. */
    public OpenChannel(Bytes32 chainHash, ChannelId temporaryChannelId, Satoshi fundingAmount, MilliSatoshi pushAmount,
            Satoshi dustLimit, MilliSatoshi maxHtlcValueInFlight, Satoshi channelReserve, MilliSatoshi htlcMinimum,
            FeeratePerKw feeratePerKw, CltvDelta toSelfDelay, int maxAcceptedHtlcs, PublicKey fundingPubkey,
            PublicKey revocationBasepoint, PublicKey paymentBasepoint, PublicKey delayedPaymentBasepoint,
            PublicKey htlcBasepoint, PublicKey firstPerCommitmentPoint, int channelFlags) {
        this(chainHash, temporaryChannelId, fundingAmount, pushAmount, dustLimit, maxHtlcValueInFlight, channelReserve,
                htlcMinimum, feeratePerKw, toSelfDelay, maxAcceptedHtlcs, fundingPubkey, revocationBasepoint,
                paymentBasepoint, delayedPaymentBasepoint, htlcBasepoint, firstPerCommitmentPoint, channelFlags,
                TlvStream.empty());
    }

    /** The flag that asks for the channel to be announced. */
    public static final int ANNOUNCE_CHANNEL = 1;

    public boolean announceChannel() {
        return (channelFlags & ANNOUNCE_CHANNEL) != 0;
    }
}
