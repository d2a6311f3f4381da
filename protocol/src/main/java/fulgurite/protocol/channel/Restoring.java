package fulgurite.protocol.channel;

import fulgurite.protocol.channel.ChannelEvent.ChannelRestored;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.OnionArchive;
import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelReestablish;
import java.util.List;
import java.util.Optional;

/**
 * A channel of which a backup is all that is left. It is closing from the start, and silent as one that has learned that
 * it lost data: whatever commitment we could make may be revoked, so none is made. The peer is asked to publish its own,
 * from which our balance is taken.
 *
 * <p>No commitment has the number that it has, -1, so every one that confirms is one that we do not know.
 *
 * @bolt 2, Message Retransmission (option_data_loss_protect)
 */
public final class Restoring {
    /** Fails the channel at the receiver, which then publishes its commitment. */
    private static final long ASKS_TO_CLOSE = 0;
    private static final long UNKNOWN = -1;

    private Restoring() {}

    static ChannelState restored(ChannelRestored e) {
        ChannelTerms terms = e.terms();
        var nothing = Ledger.opened(terms.funder(), MilliSatoshi.ZERO, terms.capacity().toMilliSatoshi(),
                FeeratePerKw.FLOOR);
        var chain = new CommitmentChain(UNKNOWN, new Signature(Bytes.zeros(Signature.SIZE)), List.of(), UNKNOWN,
                terms.theirs().basepoints().funding(), Optional.empty(), Optional.empty(), ShaChain.EMPTY);
        var channel = new ActiveChannel(terms, e.funding(), Optional.empty(), nothing, chain, List.of(),
                new Link.Down(), FundingStatus.UNCONFIRMED, ShutdownStatus.NONE, Optional.empty(), Quiescence.NONE, 0,
                OnionArchive.EMPTY);
        return new Closing(channel, ClosingProgress.unilateral("restored from a backup", Optional.empty()));
    }

    /** A connection to the peer of a channel that must not publish anything itself: the peer is asked to. */
    static Decision connected(ChannelContext context, Closing state) {
        boolean waits = state.progress().isSilent() && state.progress().fundingSpentBy().isEmpty();
        if (!waits) return Decision.nothing();
        ActiveChannel c = state.channel();
        return new Transition(context, state)
                .send(new ChannelReestablish(c.id(), ASKS_TO_CLOSE, 0, new PrivateKey(Bytes.zeros(PrivateKey.SIZE)),
                        context.keys().perCommitmentPoint(0)))
                .then(new ChannelEffect.WarnOperator(c.id(), "we have lost this channel's data and ask the peer to"
                        + " publish its commitment; once that confirms, our balance in it is taken home"))
                .accepted();
    }
}
