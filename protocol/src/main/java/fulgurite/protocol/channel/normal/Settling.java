package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEvent.HtlcRemoved;
import fulgurite.protocol.channel.ChannelEvent.RemovalDeferred;
import fulgurite.protocol.channel.ChannelEvent.SettlementAcknowledged;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcResult.Fulfilled;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.wire.UpdateFailHtlc;
import fulgurite.protocol.wire.UpdateFailMalformedHtlc;
import fulgurite.protocol.wire.UpdateFulfillHtlc;
import fulgurite.protocol.wire.UpdateMessage;
import java.util.Optional;

/** Fulfilling and failing the HTLCs that the peer offered. @bolt 2, Removing an HTLC */
public final class Settling {
    private Settling() {}

    /** Removes an HTLC. Without a connection it is recorded, and sent after the next one's channel_reestablish. */
    public static Decision settle(ChannelContext context, Established state, long id, HtlcResult wanted) {
        HtlcResult result = onBlindedPath(state.channel(), id, wanted);
        Optional<Refusal> refusal = refusal(state.channel(), id, result);
        if (refusal.isPresent()) return Decision.refuse(refusal.get());
        if (state.channel().quiescence().sent().isPresent())
            return new Transition(context, state).record(new RemovalDeferred(id, result)).accepted();
        var t = new Transition(context, state).record(new HtlcRemoved(id, result));
        if (state.channel().link().isUp()) t.send(message(state.channel().id(), id, result));
        return t.accepted();
    }

    /**
     * Inside a blinded path every failure, ours or from downstream, looks the same.
     *
     * @bolt 2, Removing an HTLC, "If path_key is set in the incoming update_add_htlc"
     */
    private static HtlcResult onBlindedPath(ActiveChannel channel, long id, HtlcResult wanted) {
        if (wanted instanceof Fulfilled) return wanted;
        return channel.ledger()
                .find(Side.REMOTE, id)
                .filter(htlc -> htlc.pathKey().isPresent())
                .<HtlcResult>map(htlc -> {
                    var failure = new FailureMessage.InvalidOnionBlinding(Hashes.sha256(htlc.onion()));
                    return new HtlcResult.FailedMalformed(failure.code(), failure.sha256OfOnion());
                })
                .orElse(wanted);
    }

    /** The origin of our HTLC has its result: it need not be told again. */
    public static Decision acknowledge(ChannelContext context, ChannelState state, long id) {
        if (!(state instanceof Funded funded) || funded.channel().settlement(id).isEmpty()) return Decision.nothing();
        return new Transition(context, state).record(new SettlementAcknowledged(id)).accepted();
    }

    /** The message that carries the removal. */
    static UpdateMessage message(ChannelId channel, long id, HtlcResult result) {
        return switch (result) {
            case Fulfilled r -> new UpdateFulfillHtlc(channel, id, r.preimage());
            case HtlcResult.Failed r -> new UpdateFailHtlc(channel, id, r.reason());
            case HtlcResult.FailedMalformed r -> new UpdateFailMalformedHtlc(channel, id, r.sha256OfOnion(), r.code());
            case HtlcResult.TimedOutOnChain r -> throw new IllegalArgumentException("no message says a timeout");
        };
    }

    /** Whether the preimage opens the hash. */
    static boolean isPreimage(Fulfilled result, PaymentHash hash) {
        return Hashes.sha256(result.preimage().bytes()).bytes().equals(hash.bytes());
    }

    private static Optional<Refusal> refusal(ActiveChannel channel, long id, HtlcResult result) {
        Optional<Htlc> htlc = channel.ledger().find(Side.REMOTE, id);
        if (htlc.isEmpty()) {
            boolean existed = id >= 0 && id < channel.ledger().nextReceived();
            return Optional.of(existed ? new Refusal.AlreadySettled(id) : new Refusal.NoSuchHtlc(id));
        }
        if (htlc.get().removal().isPresent() || channel.quiescence().defers(id))
            return Optional.of(new Refusal.AlreadySettled(id));
        if (htlc.get().stage() != Stage.IRREVOCABLE) return Optional.of(new Refusal.NoSuchHtlc(id));
        if (result instanceof Fulfilled fulfilled && !isPreimage(fulfilled, htlc.get().paymentHash()))
            return Optional.of(new Refusal.WrongPreimage(id));
        return Optional.empty();
    }
}
