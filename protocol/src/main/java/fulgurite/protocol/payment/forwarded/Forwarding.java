package fulgurite.protocol.payment.forwarded;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.FailureCodec;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.Optional;

/**
 * Whether an HTLC is forwarded, and how what comes back is returned. All of it is a function of its arguments: the
 * channels' journals remember which HTLC came from which.
 *
 * @bolt 4, Failure Messages; 7, HTLC Fees
 */
public final class Forwarding {
    /** An HTLC that expires further in the future is refused. @bolt 4, max_htlc_cltv Selection */
    public static final CltvDelta MAX_DELTA = new CltvDelta(2016);

    private Forwarding() {}

    /**
     * Where several things are wrong, the failure is the one that BOLT 4 lists first. Inside a blinded path the payee has
     * chosen what we keep: it must be what we ask for all the same.
     *
     * @param policy of the channel that the HTLC is to go on by; empty when we have no such channel
     * @param soonest an outgoing HTLC must leave more blocks than these
     */
    public static ForwardDecision decide(
            BlockHeight height,
            CltvDelta soonest,
            Arrival.ToForward arrival,
            Optional<ForwardingPolicy> policy) {
        if (policy.isEmpty()) return fail(arrival, new FailureMessage.UnknownNextPeer());
        Optional<FailureMessage> fault = fault(height, soonest, arrival, policy.get());
        if (fault.isPresent()) return fail(arrival, fault.get());
        IncomingHtlc htlc = arrival.htlc();
        return new ForwardDecision.Forward(htlc.key(), arrival.onward().amount(), arrival.onward().expiry(),
                htlc.paymentHash(), htlc.amount().minus(arrival.onward().amount()), arrival.next().toBytes(),
                arrival.blinded().map(Arrival.Blinded::nextPathKey));
    }

    private static Optional<FailureMessage> fault(
            BlockHeight height,
            CltvDelta soonest,
            Arrival.ToForward arrival,
            ForwardingPolicy policy) {
        MilliSatoshi in = arrival.htlc().amount();
        MilliSatoshi out = arrival.onward().amount();
        CltvExpiry expiryIn = arrival.htlc().expiry();
        CltvExpiry expiryOut = arrival.onward().expiry();
        Bytes update = policy.channelUpdate();
        if (policy.terms().htlcMaximum().lessThan(out))
            return Optional.of(new FailureMessage.TemporaryChannelFailure(update));
        if (out.lessThan(policy.terms().htlcMinimum()))
            return Optional.of(new FailureMessage.AmountBelowMinimum(out, update));
        if (in.minus(out).lessThan(policy.terms().feeFor(out)))
            return Optional.of(new FailureMessage.FeeInsufficient(in, update));
        if (expiryIn.height() - policy.terms().cltvExpiryDelta().blocks() < expiryOut.height())
            return Optional.of(new FailureMessage.IncorrectCltvExpiry(expiryOut, update));
        if (expiryOut.blocksFrom(height) <= soonest.blocks())
            return Optional.of(new FailureMessage.ExpiryTooSoon(update));
        if (!policy.enabled()) return Optional.of(new FailureMessage.ChannelDisabled(0, update));
        if (expiryOut.blocksFrom(height) > MAX_DELTA.blocks()) return Optional.of(new FailureMessage.ExpiryTooFar());
        return Optional.empty();
    }

    /** The answer when the outgoing channel would not take the HTLC: full, at a limit, or its peer away. */
    public static ForwardDecision.Fail refusedByChannel(Arrival.ToForward arrival, Bytes channelUpdate) {
        return fail(arrival, new FailureMessage.TemporaryChannelFailure(channelUpdate));
    }

    /**
     * Whether the HTLC's path begins with us: then its payer is told of a failure not at once, and, unless the path ends
     * with us too, of one failure only, whatever has happened.
     *
     * @bolt 4, payload format, Requirements; Failure Messages, invalid_onion_blinding
     */
    public static boolean isIntroduction(Arrival arrival) {
        return switch (arrival) {
            case Arrival.ToForward on -> on.blinded().filter(Arrival.Blinded::introduction).isPresent();
            case Arrival.Unreadable unreadable -> unreadable.atIntroduction();
            case Arrival.ForUs ours ->
                ours.payload() instanceof Arrival.OverBlindedPath && ours.htlc().pathKey().isEmpty();
        };
    }

    /** The introduction node's one failure, whatever has happened on the path. */
    public static HtlcAnswer.Fail failedOnBlindedPath(IncomingHtlc htlc, SharedSecret secret) {
        return HtlcAnswer.fail(htlc.key(), secret,
                new FailureMessage.InvalidOnionBlinding(Hashes.sha256(htlc.onion())));
    }

    /** The answer when the outgoing channel is closing, or the HTLC timed out on chain. */
    public static HtlcAnswer.Fail channelIsGone(HtlcKey from, SharedSecret secret) {
        return HtlcAnswer.fail(from, secret, new FailureMessage.PermanentChannelFailure());
    }

    /** The answer to the incoming HTLC when the outgoing one was failed. @param reason as it came from downstream */
    public static HtlcAnswer.Fail failedDownstream(HtlcKey from, SharedSecret secret, Bytes reason) {
        return new HtlcAnswer.Fail(from, FailurePacket.wrap(secret, reason));
    }

    /** The answer to the incoming HTLC when the outgoing one's onion was refused: a failure of ours, in their words. */
    public static HtlcAnswer.Fail malformedDownstream(
            HtlcKey from,
            SharedSecret secret,
            int failureCode,
            Bytes32 sha256OfOnion) {
        return HtlcAnswer.fail(from, secret, FailureCodec.ofMalformed(failureCode, sha256OfOnion));
    }

    private static ForwardDecision.Fail fail(Arrival.ToForward arrival, FailureMessage failure) {
        return new ForwardDecision.Fail(failure, isIntroduction(arrival)
                ? failedOnBlindedPath(arrival.htlc(), arrival.secret())
                : HtlcAnswer.fail(arrival.htlc().key(), arrival.secret(), failure));
    }
}
