package fulgurite.node;

import fulgurite.node.api.NodeService;
import fulgurite.node.payment.PaymentBook;
import fulgurite.node.payment.PaymentStory;
import fulgurite.protocol.graph.Route;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.incoming.IncomingState;
import fulgurite.protocol.payment.outgoing.Attempt;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentFailure;
import fulgurite.protocol.payment.outgoing.PaymentRoute;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Payments, invoices and routes as a node's user sees them. */
final class PaymentViews {
    private PaymentViews() {}

    static List<NodeService.Payment> all(PaymentBook book) {
        var all = new ArrayList<NodeService.Payment>();
        for (var entry : book.outgoing()) all.add(outgoing(entry.key(), entry.value()));
        for (var entry : book.incoming())
            if (entry.value() instanceof IncomingState.Paid paid) all.add(incoming(paid));
        all.sort(java.util.Comparator.comparing(NodeService.Payment::createdAt));
        return all;
    }

    static NodeService.Payment outgoing(PaymentHash hash, PaymentBook.Outgoing payment) {
        return switch (payment.state()) {
            case OutgoingState.NotStarted none -> throw new IllegalStateException("a payment that never started");
            case OutgoingState.Pending pending -> outgoing(hash, payment, pending.terms(),
                    NodeService.PaymentState.PENDING, Optional.empty(), Optional.empty());
            case OutgoingState.Succeeded done -> outgoing(hash, payment, done.terms(),
                    NodeService.PaymentState.SUCCEEDED, Optional.of(done.preimage()), Optional.empty());
            case OutgoingState.Failed failed -> outgoing(hash, payment, failed.terms(),
                    NodeService.PaymentState.FAILED, Optional.empty(), Optional.of(why(failed)));
        };
    }

    private static NodeService.Payment outgoing(PaymentHash hash, PaymentBook.Outgoing payment, PaymentTerms terms,
            NodeService.PaymentState state, Optional<PaymentPreimage> preimage, Optional<String> failure) {
        List<Attempt> attempts = payment.state().attempts();
        MilliSatoshi fee = attempts.stream()
                .filter(attempt -> attempt.outcome() instanceof Attempt.Fulfilled)
                .map(attempt -> attempt.route().first().amount())
                .reduce(MilliSatoshi::plus)
                .map(sent -> sent.minus(terms.amount()))
                .orElse(MilliSatoshi.ZERO);
        Optional<NodeId> destination = terms.recipient() instanceof PaymentTerms.OverBlindedPaths
                ? Optional.empty()
                : Optional.of(terms.destination());
        return new NodeService.Payment(hash, true, destination, terms.amount(), fee, state,
                preimage, failure, routes(attempts), instant(payment.startedAt()),
                payment.endedAt().map(PaymentViews::instant));
    }

    /** Those that paid come last. */
    private static List<NodeService.Route> routes(List<Attempt> attempts) {
        Predicate<Attempt> paid = attempt -> attempt.outcome() instanceof Attempt.Fulfilled;
        return Stream.concat(attempts.stream().filter(paid.negate()), attempts.stream().filter(paid))
                .map(PaymentViews::route)
                .toList();
    }

    static NodeService.Payment incoming(IncomingState.Paid paid) {
        Instant at = instant(paid.at());
        return new NodeService.Payment(paid.paymentHash(), false, Optional.empty(), paid.amount(), MilliSatoshi.ZERO,
                NodeService.PaymentState.SUCCEEDED, Optional.of(paid.preimage()), Optional.empty(), List.of(),
                paid.invoice().map(invoice -> instant(invoice.createdAt())).orElse(at), Optional.of(at));
    }

    /** Empty when there is no such payment. */
    static Optional<List<NodeService.StoryLine>> story(PaymentStory story) {
        if (!story.known()) return Optional.empty();
        var lines = new ArrayList<NodeService.StoryLine>();
        if (!story.complete())
            lines.add(new NodeService.StoryLine(Optional.empty(),
                    "what was before the node's last start, or long ago, is known without its times and choices"));
        for (PaymentStory.Line line : story.lines())
            lines.add(new NodeService.StoryLine(
                    line.afterMs() < 0 ? Optional.empty() : Optional.of(line.afterMs()), line.text()));
        return Optional.of(lines);
    }

    private static NodeService.Route route(Attempt attempt) {
        return route(attempt.route(), attempt.height());
    }

    static NodeService.Route route(Route route, BlockHeight height) {
        return route(PaymentRoute.of(route, height), height);
    }

    private static NodeService.Route route(PaymentRoute route, BlockHeight height) {
        var hops = new ArrayList<NodeService.Hop>();
        for (int i = 0; i < route.hops().size(); i++) {
            PaymentRoute.Hop hop = route.hops().get(i);
            MilliSatoshi kept = i + 1 < route.hops().size()
                    ? hop.amount().minus(route.hops().get(i + 1).amount())
                    : MilliSatoshi.ZERO;
            hops.add(new NodeService.Hop(hop.from(), hop.to(), hop.channel(), hop.amount(), kept,
                    CltvExpiry.at(height).plus(hop.delta())));
        }
        return new NodeService.Route(hops, route.last().amount(), route.fee(),
                new CltvDelta(route.first().delta().blocks()));
    }

    /** Why a payment failed, in a sentence. */
    private static String why(OutgoingState.Failed failed) {
        String end = switch (failed.failure()) {
            case PaymentFailure.RefusedByDestination refused -> "the payee refused it: " + word(refused.failure());
            case PaymentFailure.NoRoute none -> "no route: " + none.why();
            case PaymentFailure.DeadlinePassed late -> "it could not be paid in time";
            case PaymentFailure.TooManyAttempts many -> many.attempts() + " attempts failed";
        };
        return failed.attempts().isEmpty() ? end : end + lastAttempt(failed.attempts().getLast());
    }

    private static String lastAttempt(Attempt attempt) {
        return attempt.outcome() instanceof Attempt.Failed(var failure)
                ? " (the last attempt ended with: " + fulgurite.node.journal.Words.line((Record) failure) + ")"
                : "";
    }

    private static String word(FailureMessage failure) {
        return failure.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(
                        java.util.Locale.ROOT);
    }

    static NodeService.Invoice invoice(fulgurite.protocol.payment.incoming.Invoice invoice) {
        return new NodeService.Invoice(invoice.bolt11(), invoice.paymentHash(), invoice.amount(),
                invoice.description(), instant(invoice.expiresAt()), NodeService.InvoiceState.OPEN);
    }

    static NodeService.BlindedInvoice blinded(fulgurite.protocol.payment.incoming.Invoice invoice, Bytes paths) {
        return new NodeService.BlindedInvoice(paths, invoice.paymentHash(), invoice.amount(), invoice.description(),
                instant(invoice.expiresAt()), NodeService.InvoiceState.OPEN);
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochMilli(at.epochMillis());
    }
}
