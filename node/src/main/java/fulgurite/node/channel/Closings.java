package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import fulgurite.node.channel.ChannelsActor.CloseResult;
import fulgurite.node.channel.ChannelsActor.Closing;
import fulgurite.node.channel.ChannelsActor.NotClosing;
import fulgurite.protocol.channel.ChannelState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who waits for the closing transaction of a channel, by the channel's index. */
final class Closings {
    private final SortedMap<Long, List<ActorRef<CloseResult>>> waiting = new TreeMap<>();

    void await(LiveChannel channel, ActorRef<CloseResult> replyTo) {
        waiting.computeIfAbsent(channel.index(), index -> new ArrayList<>()).add(replyTo);
    }

    /** @return whether the channel has a closing transaction, of which all who wait have been told */
    boolean tellIfClosing(LiveChannel channel) {
        Optional<Closing> told = of(channel.state());
        told.ifPresent(closing -> tell(channel.index(), closing));
        return told.isPresent();
    }

    /** The channel does not close, or is over without a closing transaction. */
    void refused(long index, String reason) {
        tell(index, new NotClosing(true, reason));
    }

    private void tell(long index, CloseResult result) {
        List<ActorRef<CloseResult>> all = waiting.remove(index);
        if (all != null) all.forEach(one -> one.tell(result));
    }

    private static Optional<Closing> of(ChannelState state) {
        if (state instanceof ChannelState.Negotiating s)
            return s.simple().latest().map(tx -> new Closing(s.channel().id(), tx.txid(), true));
        if (state instanceof ChannelState.Closing s)
            return s.progress()
                    .published()
                    .map(tx -> new Closing(s.channel().id(), tx.txid(), s.progress().mutual()));
        return Optional.empty();
    }
}
