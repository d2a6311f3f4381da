package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import fulgurite.node.channel.ChannelsActor.Close;
import fulgurite.node.channel.ChannelsActor.CloseResult;
import fulgurite.node.channel.ChannelsActor.Closing;
import fulgurite.node.channel.ChannelsActor.FallSilent;
import fulgurite.node.channel.ChannelsActor.NotClosing;
import fulgurite.node.channel.ChannelsActor.Silenced;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How this node's user ends channels, and who waits for it, by the channel's index. Not for sharing between threads. */
final class Closings {
    private final ActorContext<ChannelsActor.Command> context;
    private final Bytes shutdownScript;
    private final ActorRef<ChannelActor.Outcome> answers;
    private final SortedMap<Long, List<ActorRef<CloseResult>>> waiting = new TreeMap<>();

    /** @param shutdownScript where a closed channel pays, unless it has promised another; @param answers where channels answer */
    Closings(ActorContext<ChannelsActor.Command> context, Bytes shutdownScript,
            ActorRef<ChannelActor.Outcome> answers) {
        this.context = context;
        this.shutdownScript = shutdownScript;
        this.answers = answers;
    }

    /** @param found the channel, if there is one */
    void close(Close close, Optional<LiveChannel> found) {
        if (found.isEmpty()) {
            close.replyTo().tell(unknown(close.channel()));
            return;
        }
        LiveChannel channel = found.get();
        boolean instead = close.force() && !(channel.state() instanceof ChannelState.Closing closed
                && !closed.progress().mutual());
        waiting.computeIfAbsent(channel.index(), index -> new ArrayList<>()).add(close.replyTo());
        if (!instead && close.feerate().isEmpty() && tellIfClosing(channel)) return;
        channel.actor().tell(new ChannelActor.Execute(command(channel, close), answers));
    }

    private ChannelCommand command(LiveChannel channel, Close close) {
        if (close.force()) return new ChannelCommand.ForceClose();
        if (close.feerate().isPresent()) return new ChannelCommand.BumpClosing(close.feerate().get());
        Bytes promised = channel.active().map(active -> active.terms().ours().shutdownScript()).orElse(Bytes.EMPTY);
        return new ChannelCommand.Shutdown(promised.isEmpty() ? shutdownScript : promised);
    }

    /** @param found the channel, if there is one */
    void fallSilent(FallSilent silent, Optional<LiveChannel> found) {
        if (found.isEmpty()) {
            silent.replyTo().tell(unknown(silent.channel()));
            return;
        }
        found.get()
                .actor()
                .tell(new ChannelActor.FallSilent(Once.reply(context, ChannelActor.RevokedCommitment.class,
                        told -> new Silenced(silent.channel(), told.tx().map(Tx::txid), silent.replyTo()))));
    }

    private static NotClosing unknown(ChannelId channel) {
        return new NotClosing(false, "there is no open channel " + channel);
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
