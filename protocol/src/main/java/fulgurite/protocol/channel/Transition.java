package fulgurite.protocol.channel;

import fulgurite.protocol.wire.LightningMessage;
import java.util.ArrayList;
import java.util.List;

/** One decision in the making: events are applied as they are found, so that later rules see what earlier ones did. Never shared. */
public final class Transition {
    private final ChannelContext context;
    private final List<ChannelEvent> events = new ArrayList<>();
    private final List<ChannelEffect> effects = new ArrayList<>();
    private ChannelState state;

    public Transition(ChannelContext context, ChannelState state) {
        this.context = context;
        this.state = state;
    }

    public ChannelContext context() {
        return context;
    }

    public ChannelState state() {
        return state;
    }

    /** The channel as it stands now. Only for {@link ChannelState.Funded} states. */
    public ActiveChannel channel() {
        return ((ChannelState.Funded) state).channel();
    }

    public Transition record(ChannelEvent event) {
        events.add(event);
        state = Evolution.evolve(state, event);
        return this;
    }

    public Transition then(ChannelEffect effect) {
        effects.add(effect);
        return this;
    }

    public Transition send(LightningMessage message) {
        return then(new ChannelEffect.Send(message));
    }

    public Decision accepted() {
        return new Decision.Accepted(events, effects);
    }

    public Decision violated(Violation violation) {
        return new Decision.Violated(violation, events, effects);
    }
}
