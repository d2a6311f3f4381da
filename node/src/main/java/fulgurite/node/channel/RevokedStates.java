package fulgurite.node.channel;

import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.Optional;

/**
 * Remembers, of all commitments of ours that have been revoked, the one that would pay us most: what a cheat would
 * publish. Only tests and demonstrations ask for it; it costs one reference to an old state.
 */
final class RevokedStates {
    private Optional<ChannelState.Funded> best = Optional.empty();

    /** To be told of every step of the state, replayed or live. */
    void observe(ChannelState before, ChannelState after) {
        if (!(before instanceof ChannelState.Funded old) || !(after instanceof ChannelState.Funded next)) return;
        if (next.channel().chain().localNumber() == old.channel().chain().localNumber()) return;
        if (best.isEmpty() || ours(best.get()).lessThan(ours(old))) best = Optional.of(old);
    }

    Optional<ChannelState.Funded> best() {
        return best;
    }

    private static MilliSatoshi ours(ChannelState.Funded state) {
        return state.channel().spec(View.LOCAL_CURRENT).toLocal();
    }
}
