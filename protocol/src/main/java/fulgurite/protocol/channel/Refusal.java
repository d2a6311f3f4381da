package fulgurite.protocol.channel;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;

/** Why a local command was not done; the channel is unchanged. */
public sealed interface Refusal {
    /** The channel is in a phase that does not know the command. @param state its name */
    record WrongState(String state) implements Refusal {}

    /** The peer is not connected, or has not reestablished the channel yet. */
    record NotConnected() implements Refusal {}

    /** The channel is shutting down: nothing is added any more. */
    record ShuttingDown() implements Refusal {}

    /** The channel comes to rest: nothing is proposed until the next connection. */
    record Quiescing() implements Refusal {}

    /** The peer does not know the feature. @param feature its name */
    record NotNegotiated(String feature) implements Refusal {}

    /** An HTLC with this origin is pending, or settled and not yet acknowledged. */
    record AlreadyOffered(HtlcOrigin origin, long htlcId) implements Refusal {}

    /** The incoming HTLC has been fulfilled or failed before. Harmless. */
    record AlreadySettled(long htlcId) implements Refusal {}

    /** The incoming HTLC is not irrevocably committed on both sides, or never existed. */
    record NoSuchHtlc(long htlcId) implements Refusal {}

    /** The preimage does not hash to the HTLC's payment hash. */
    record WrongPreimage(long htlcId) implements Refusal {}

    /** @param available the most that could be offered now, perhaps zero */
    record InsufficientBalance(MilliSatoshi available, MilliSatoshi asked) implements Refusal {}

    /** The funder (we or the peer) could not pay the commitment's fee with one HTLC more. */
    record FeeNotCovered(Satoshi fee, MilliSatoshi asked) implements Refusal {}

    record BelowMinimum(MilliSatoshi minimum, MilliSatoshi asked) implements Refusal {}

    record TooManyHtlcs(int limit) implements Refusal {}

    record TooMuchInFlight(MilliSatoshi limit, MilliSatoshi wouldBe) implements Refusal {}

    record TooMuchDust(MilliSatoshi limit, MilliSatoshi wouldBe) implements Refusal {}

    record ExpiryOutOfRange(CltvExpiry expiry, BlockHeight now) implements Refusal {}

    /** Only the funder sets the feerate. */
    record NotFunder() implements Refusal {}

    record FeerateOutOfRange(FeeratePerKw asked, FeeratePerKw min, FeeratePerKw max) implements Refusal {}

    /** A replacement must pay clearly more than what it replaces. */
    record FeeTooLow(Satoshi atLeast, Satoshi asked) implements Refusal {}

    /** The channel has stopped, for an invariant would have been broken. @param reason for a person */
    record Stopped(String reason) implements Refusal {}

    /** What was asked at opening cannot be. @param reason for a person */
    record BadOpening(String reason) implements Refusal {}

    /** The script is of no form that may be closed to, or not the one promised at opening. */
    record BadShutdownScript(String reason) implements Refusal {}
}
