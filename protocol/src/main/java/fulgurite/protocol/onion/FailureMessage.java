package fulgurite.protocol.onion;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;

/**
 * Why a hop did not carry a payment on. Each variant is one failure_code; {@link FailureCodec} knows the numbers.
 * A {@code channelUpdate} is the bytes of a whole channel_update message, or empty: BOLT 4 wants nodes to leave it out.
 *
 * @bolt 4, Failure Messages
 */
public sealed interface FailureMessage {
    int BADONION = 0x8000;
    int PERM = 0x4000;
    int NODE = 0x2000;
    int UPDATE = 0x1000;

    /** The failure_code with its flags. */
    default int code() {
        return FailureCodec.codeOf(this);
    }

    /** The BOLT's name, for a person: {@code fee_insufficient}. */
    default String label() {
        return FailureCodec.labelOf(this);
    }

    /** Whether trying the same again is of no use. */
    default boolean permanent() {
        return (code() & PERM) != 0;
    }

    /** Whether the whole node failed, rather than one of its channels. */
    default boolean nodeWide() {
        return (code() & NODE) != 0;
    }

    /** The onion could not be parsed: travels in {@code update_fail_malformed_htlc} on its first step. */
    sealed interface BadOnion extends FailureMessage {
        /** Of the packet as the reporting node received it. */
        Bytes32 sha256OfOnion();
    }

    /** A forwarding parameter of the outgoing channel was violated. */
    sealed interface ChannelPolicy extends FailureMessage {
        /** The outgoing channel's update, or empty. For the payer's retries only: never for the public graph. */
        Bytes channelUpdate();
    }

    record TemporaryNodeFailure() implements FailureMessage {}

    record PermanentNodeFailure() implements FailureMessage {}

    record RequiredNodeFeatureMissing() implements FailureMessage {}

    record InvalidOnionVersion(Bytes32 sha256OfOnion) implements BadOnion {}

    record InvalidOnionHmac(Bytes32 sha256OfOnion) implements BadOnion {}

    record InvalidOnionKey(Bytes32 sha256OfOnion) implements BadOnion {}

    record TemporaryChannelFailure(Bytes channelUpdate) implements ChannelPolicy {}

    record PermanentChannelFailure() implements FailureMessage {}

    record RequiredChannelFeatureMissing() implements FailureMessage {}

    record UnknownNextPeer() implements FailureMessage {}

    /** @param htlcAmount of the outgoing HTLC */
    record AmountBelowMinimum(MilliSatoshi htlcAmount, Bytes channelUpdate) implements ChannelPolicy {}

    /** @param htlcAmount of the incoming HTLC */
    record FeeInsufficient(MilliSatoshi htlcAmount, Bytes channelUpdate) implements ChannelPolicy {}

    /** @param expiry of the outgoing HTLC */
    record IncorrectCltvExpiry(CltvExpiry expiry, Bytes channelUpdate) implements ChannelPolicy {}

    record ExpiryTooSoon(Bytes channelUpdate) implements ChannelPolicy {}

    /** Said of a wrong hash, secret, amount or expiry alike, so that a prober learns nothing. */
    record IncorrectOrUnknownPaymentDetails(MilliSatoshi htlcAmount, BlockHeight height) implements FailureMessage {}

    /** @param expiry of the HTLC that reached the final node */
    record FinalIncorrectCltvExpiry(CltvExpiry expiry) implements FailureMessage {}

    /** @param incomingAmount of the HTLC that reached the final node */
    record FinalIncorrectHtlcAmount(MilliSatoshi incomingAmount) implements FailureMessage {}

    /** @param disabledFlags none is defined: 0 */
    record ChannelDisabled(int disabledFlags, Bytes channelUpdate) implements ChannelPolicy {}

    record ExpiryTooFar() implements FailureMessage {}

    /** @param type the TLV type at fault (64 bits, unsigned), 0 when there is none; @param offset of it in the payload */
    record InvalidOnionPayload(long type, int offset) implements FailureMessage {}

    record MppTimeout() implements FailureMessage {}

    record InvalidOnionBlinding(Bytes32 sha256OfOnion) implements BadOnion {}

    /** A code that BOLT 4 does not define, or data that do not fit their code. @param data everything after the code */
    record Unrecognized(int failureCode, Bytes data) implements FailureMessage {}
}
