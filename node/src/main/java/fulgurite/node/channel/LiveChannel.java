package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import java.util.Optional;

/**
 * A channel as the rest of the node sees it: who to talk to, and its state after its latest journal write.
 *
 * @param stopped why it takes no part any more, when an invariant would have been broken
 */
public record LiveChannel(long index, NodeId peer, ActorRef<ChannelActor.Command> actor, ChannelState state,
        Optional<String> stopped) {
    /** What is known of it once it is funded, until it is over. */
    public Optional<ActiveChannel> active() {
        return state instanceof ChannelState.Funded funded ? Optional.of(funded.channel()) : Optional.empty();
    }

    public Optional<ChannelId> channelId() {
        return active().map(ActiveChannel::id);
    }

    /** Whether payments can be offered on it now. */
    public boolean isUsable() {
        return stopped.isEmpty() && state instanceof ChannelState.Normal normal && normal.channel().link().isUp()
                && normal.channel().shutdown().allowsAdding();
    }

    LiveChannel with(ChannelState next) {
        return new LiveChannel(index, peer, actor, next, stopped);
    }

    LiveChannel with(Optional<String> why) {
        return new LiveChannel(index, peer, actor, state, why);
    }
}
