package fulgurite.node.payment;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.payment.Decision;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.incoming.IncomingCommand;
import fulgurite.protocol.payment.incoming.IncomingContext;
import fulgurite.protocol.payment.incoming.IncomingEffect;
import fulgurite.protocol.payment.incoming.IncomingEvent;
import fulgurite.protocol.payment.incoming.IncomingPayment;
import fulgurite.protocol.payment.outgoing.OutgoingCommand;
import fulgurite.protocol.payment.outgoing.OutgoingContext;
import fulgurite.protocol.payment.outgoing.OutgoingEffect;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingPayment;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentRoute;
import fulgurite.protocol.payment.outgoing.RouteQuery;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.PaymentHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commands about payments, decided one after another, each on what the ones before have led to: one journal write, then
 * the effects. A route that a payment asks for is found at once, since that changes nothing.
 */
final class PaymentBatch {
    /** What decisions read beside the payments themselves. */
    interface World {
        BlockHeight height();

        OutgoingContext outgoing();

        IncomingContext incoming();

        PathFinder.Split routes(PaymentHash hash, RouteQuery query);

        /** Something is about to happen to a payment that we make. */
        void heard(OutgoingState before, OutgoingEvent event);
    }

    private final World world;
    private final List<PaymentEvent> events = new ArrayList<>();
    private final List<OutgoingEffect> outgoing = new ArrayList<>();
    private final List<IncomingEffect> incoming = new ArrayList<>();
    private PaymentBook book;

    PaymentBatch(PaymentBook book, World world) {
        this.book = book;
        this.world = world;
    }

    List<PaymentEvent> events() {
        return events;
    }

    /** None of them asks for a route. */
    List<OutgoingEffect> outgoing() {
        return outgoing;
    }

    List<IncomingEffect> incoming() {
        return incoming;
    }

    /** What all payments want after a restart. */
    void resume() {
        for (var entry : book.outgoing()) take(OutgoingPayment.resume(entry.value().state()));
        for (var entry : book.incoming()) incoming.addAll(IncomingPayment.resume(entry.value()));
    }

    /** @return why nothing came of it; empty when it was accepted */
    Optional<Refusal> decide(PaymentHash hash, OutgoingCommand command) {
        return switch (OutgoingPayment.decide(world.outgoing(), book.outgoingState(hash), command)) {
            case Decision.Accepted<OutgoingEvent, OutgoingEffect> accepted -> {
                for (OutgoingEvent event : accepted.events()) {
                    world.heard(book.outgoingState(hash), event);
                    record(new PaymentEvent.OutgoingChanged(event));
                }
                take(accepted.effects());
                yield Optional.empty();
            }
            case Decision.Refused<OutgoingEvent, OutgoingEffect> refused -> Optional.of(refused.refusal());
        };
    }

    /** @return why nothing came of it; empty when it was accepted */
    Optional<Refusal> decide(PaymentHash hash, IncomingCommand command) {
        return switch (IncomingPayment.decide(world.incoming(), book.incomingState(hash), command)) {
            case Decision.Accepted<IncomingEvent, IncomingEffect> accepted -> {
                for (IncomingEvent event : accepted.events()) record(new PaymentEvent.IncomingChanged(event));
                incoming.addAll(accepted.effects());
                yield Optional.empty();
            }
            case Decision.Refused<IncomingEvent, IncomingEffect> refused -> Optional.of(refused.refusal());
        };
    }

    private void record(PaymentEvent event) {
        events.add(event);
        book = PaymentBook.evolve(book, event);
    }

    private void take(List<OutgoingEffect> effects) {
        for (OutgoingEffect effect : effects) {
            if (effect instanceof OutgoingEffect.FindRoute(PaymentHash hash, RouteQuery query))
                answers(hash, query).forEach(answer -> decide(hash, answer));
            else
                outgoing.add(effect);
        }
    }

    private List<OutgoingCommand> answers(PaymentHash hash, RouteQuery query) {
        return switch (world.routes(hash, query)) {
            case PathFinder.Parts(List<Route> routes) -> routes.stream()
                    .<OutgoingCommand>map(route -> new OutgoingCommand.RouteFound(
                            PaymentRoute.of(route, world.height())))
                    .toList();
            case PathFinder.NoParts(RouteResult.Reason reason) ->
                List.of(new OutgoingCommand.RouteNotFound(Routes.why(reason)));
        };
    }
}
