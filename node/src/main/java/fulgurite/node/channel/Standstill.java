package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.invariants.ChannelInvariants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a channel stands still: once an invariant would have been broken it takes no part any more, and does only what
 * saves money. Not part of its state: a start of the node lets it try again. Not for sharing between threads.
 */
final class Standstill {
    private final long index;
    private final ChannelHands hands;
    private final ActorRef<ChannelActor.Emitted> listener;
    private Optional<String> reason = Optional.empty();

    Standstill(long index, ChannelHands hands, ActorRef<ChannelActor.Emitted> listener) {
        this.index = index;
        this.hands = hands;
        this.listener = listener;
    }

    boolean isReached() {
        return reason.isPresent();
    }

    /** From now on; the first reason is the one that is kept. */
    void begin(String why) {
        if (isReached()) return;
        reason = Optional.of(why);
        hands.mute();
        tell();
    }

    /** The owner hears of it, if it is so. */
    void tell() {
        reason.ifPresent(why -> listener.tell(new ChannelActor.Stopped(index, why)));
    }

    /** What may be followed even so; the rest is refused. */
    List<CommandQueue.Told> followed(ChannelContext context, ChannelState state, List<CommandQueue.Told> batch) {
        var followed = new ArrayList<CommandQueue.Told>();
        for (CommandQueue.Told one : batch)
            if (ChannelInvariants.mayFollowWhenStopped(one.command())) followed.add(one);
            else refuse(context, state, one);
        return followed;
    }

    /** What would be refused anyway says so: of an HTLC that was offered before, its origin must hear that. */
    void refuse(ChannelContext context, ChannelState state, CommandQueue.Told one) {
        one.answer(index, Channel.decide(context, state, one.command()) instanceof Decision.Refused(Refusal other)
                ? Decision.refuse(other)
                : Decision.refuse(new Refusal.Stopped(reason.orElseThrow())));
    }
}
