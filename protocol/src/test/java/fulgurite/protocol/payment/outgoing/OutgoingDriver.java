package fulgurite.protocol.payment.outgoing;

import static fulgurite.protocol.payment.PaymentWorld.accepted;
import static fulgurite.protocol.payment.PaymentWorld.context;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.payment.PaymentWorld;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Runs one payment as its actor would, and keeps its journal and the effects of the last command. */
final class OutgoingDriver {
    OutgoingState state = OutgoingPayment.initial();
    final List<OutgoingEvent> journal = new ArrayList<>();
    List<OutgoingEffect> effects = List.of();
    private int commands;

    OutgoingDriver run(OutgoingCommand command) {
        return run(context("entropy " + commands), command);
    }

    OutgoingDriver run(OutgoingContext context, OutgoingCommand command) {
        commands++;
        var accepted = accepted(OutgoingPayment.decide(context, state, command));
        for (OutgoingEvent event : accepted.events()) {
            journal.add(event);
            state = OutgoingPayment.evolve(state, event);
        }
        effects = accepted.effects();
        assertThat(replayed()).isEqualTo(state);
        return this;
    }

    Refusal refusal(OutgoingCommand command) {
        return PaymentWorld.refused(OutgoingPayment.decide(context("entropy " + commands++), state, command));
    }

    OutgoingState replayed() {
        OutgoingState replayed = OutgoingPayment.initial();
        for (OutgoingEvent event : journal) replayed = OutgoingPayment.evolve(replayed, event);
        return replayed;
    }

    static OutgoingDriver started(PaymentTerms terms) {
        return new OutgoingDriver().run(new OutgoingCommand.Start(terms));
    }

    static OutgoingDriver inFlight(PaymentTerms terms, PaymentRoute route) {
        return started(terms).run(new OutgoingCommand.RouteFound(route));
    }

    /** The packet that reaches us when hop {@code erring} of an attempt says {@code failure}. */
    Bytes reason(int attempt, int erring, FailureMessage failure) {
        List<SharedSecret> secrets = PaymentOnion.secrets(((OutgoingState.Pending) state).terms(),
                state.attempt(attempt).orElseThrow());
        Bytes packet = FailurePacket.create(secrets.get(erring), failure);
        for (int hop = erring - 1; hop >= 0; hop--) packet = FailurePacket.wrap(secrets.get(hop), packet);
        return packet;
    }

    OutgoingDriver fail(int attempt, int erring, FailureMessage failure) {
        return run(new OutgoingCommand.HtlcFailed(attempt, reason(attempt, erring, failure)));
    }

    <F extends OutgoingEffect> F effect(Class<F> type) {
        assertThat(effects).hasSize(1).first().isInstanceOf(type);
        return type.cast(effects.getFirst());
    }

    /** What the last FindRoute passes on. */
    List<Lesson> lessons() {
        return effect(OutgoingEffect.FindRoute.class).query().lessons();
    }
}
