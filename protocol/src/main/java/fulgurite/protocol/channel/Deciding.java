package fulgurite.protocol.channel;

import fulgurite.protocol.channel.Channel.Batch;
import fulgurite.protocol.channel.Channel.Stop;
import fulgurite.protocol.channel.ChannelCommand.OfferHtlc;
import fulgurite.protocol.channel.invariants.ChannelInvariants;
import fulgurite.protocol.channel.invariants.InvariantBreach;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One batch of commands, decided one after another, each step held to the invariants when they are asked for. Used once. */
final class Deciding {
    private final ChannelContext context;
    private final ChannelState first;
    private final boolean checked;
    private final List<ChannelEvent> events = new ArrayList<>();
    private final List<ChannelEffect> effects = new ArrayList<>();
    private final List<Decision> decisions = new ArrayList<>();
    private ChannelState state;

    Deciding(ChannelContext context, ChannelState state, boolean checked) {
        this.context = context;
        this.first = state;
        this.state = state;
        this.checked = checked;
    }

    Batch all(List<ChannelCommand> commands) {
        for (ChannelCommand command : commands) {
            Optional<Stop> stop = decide(command);
            if (stop.isPresent()) return new Batch(first, List.of(), List.of(), List.of(), stop);
        }
        return new Batch(state, events, effects, decisions, Optional.empty());
    }

    private Optional<Stop> decide(ChannelCommand command) {
        Decision decision = Channel.decide(context, state, command);
        Optional<Stop> stop = take(command, decision);
        decisions.add(decision);
        effects.addAll(decision.effectsOrNone());
        return stop;
    }

    private Optional<Stop> take(ChannelCommand command, Decision decision) {
        if (checked && command instanceof OfferHtlc offer && decision instanceof Decision.Accepted accepted
                && !accepted.events().isEmpty()) {
            Optional<Stop> stop = stop(ChannelInvariants.ofOffer(offer), accepted.events().getFirst());
            if (stop.isPresent()) return stop;
        }
        for (ChannelEvent event : decision.eventsOrNone()) {
            ChannelState next = Channel.evolve(state, event);
            Optional<Stop> stop = checked
                    ? stop(ChannelInvariants.ofEvent(state, event, next), event)
                    : Optional.empty();
            if (stop.isPresent()) return stop;
            state = next;
            events.add(event);
        }
        if (!checked) return Optional.empty();
        return stop(ChannelInvariants.ofEffects(context, state, decision.effectsOrNone()), command);
    }

    private Optional<Stop> stop(Optional<InvariantBreach> breach, Object cause) {
        return breach.map(found -> new Stop(found, decisions.size(), events.size(), cause.getClass().getSimpleName()));
    }
}
