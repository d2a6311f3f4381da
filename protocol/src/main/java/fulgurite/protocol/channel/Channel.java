package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelState.Unopened;
import java.util.ArrayList;
import java.util.List;

/** The channel state machine, as pure functions. It only dispatches; the rules are in the packages below. */
public final class Channel {
    /** What every journal begins from. */
    public static final ChannelState INITIAL = new Unopened();

    private Channel() {}

    /** What a list of commands leads to: one journal write, then the effects in order. @param decisions one for each command */
    public record Batch(
            ChannelState state, List<ChannelEvent> events, List<ChannelEffect> effects, List<Decision> decisions) {
        public Batch {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
            decisions = List.copyOf(decisions);
        }
    }

    /** Decides what a command leads to. Reads only its arguments, changes nothing. */
    public static Decision decide(ChannelContext context, ChannelState state, ChannelCommand command) {
        return Decision.refuse(new Refusal.WrongState(state.getClass().getSimpleName()));
    }

    /** Decides commands one after another, each on the state that the ones before have led to. */
    public static Batch decideAll(ChannelContext context, ChannelState state, List<ChannelCommand> commands) {
        var events = new ArrayList<ChannelEvent>();
        var effects = new ArrayList<ChannelEffect>();
        var decisions = new ArrayList<Decision>();
        ChannelState next = state;
        for (ChannelCommand command : commands) {
            Decision decision = decide(context, next, command);
            decisions.add(decision);
            next = evolveAll(next, decision.eventsOrNone());
            events.addAll(decision.eventsOrNone());
            effects.addAll(decision.effectsOrNone());
        }
        return new Batch(next, events, effects, decisions);
    }

    /** Applies a recorded fact. */
    public static ChannelState evolve(ChannelState state, ChannelEvent event) {
        return Evolution.evolve(state, event);
    }

    /** Applies recorded facts in order. */
    public static ChannelState evolveAll(ChannelState state, List<ChannelEvent> events) {
        ChannelState next = state;
        for (ChannelEvent event : events) next = evolve(next, event);
        return next;
    }

    /** What to do again after a restart, since nothing recorded says that it was done. The first command then is {@link ChannelCommand.LinkLost}. */
    public static List<ChannelEffect> resume(ChannelContext context, ChannelState state) {
        return List.of();
    }

    /**
     * Our latest commitment in that state, signed by both sides. From a state that has been replayed up to an older
     * event it is a revoked one: publishing that forfeits the channel, and is for demonstrations only.
     */
    public static Tx localCommitment(ChannelContext context, ChannelState.Funded state) {
        throw new IllegalStateException("no commitment");
    }
}
