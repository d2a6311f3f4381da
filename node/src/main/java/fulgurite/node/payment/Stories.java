package fulgurite.node.payment;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.search.Candidates;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.outgoing.Attempt;
import fulgurite.protocol.payment.outgoing.AttemptFailure;
import fulgurite.protocol.payment.outgoing.Lesson;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentFailure;
import fulgurite.protocol.payment.outgoing.PaymentRoute;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Remembers of the newest payments when each stage was and what the path-finder saw, so that it can be asked afterwards why
 * it chose as it did: what it saw never changes, so keeping it costs little and looking is left until somebody asks. The
 * journal has the rest. Not thread-safe.
 */
final class Stories {
    private static final int MOST = 500;

    private sealed interface Stage {
        Timestamp at();
    }

    private record Asked(Timestamp at, View view, RouteRequest request, PathFinder.Split answer) implements Stage {}

    private record Happened(Timestamp at, OutgoingEvent event) implements Stage {}

    private final Map<PaymentHash, List<Stage>> stages = new LinkedHashMap<>();

    void asked(PaymentHash hash, View view, RouteRequest request, PathFinder.Split answer, Timestamp at) {
        of(hash).add(new Asked(at, view, request, answer));
    }

    void heard(OutgoingEvent event, Timestamp at) {
        of(event.paymentHash()).add(new Happened(at, event));
    }

    private List<Stage> of(PaymentHash hash) {
        List<Stage> known = stages.get(hash);
        if (known != null) return known;
        if (stages.size() >= MOST) stages.remove(stages.keySet().iterator().next());
        List<Stage> fresh = new ArrayList<>();
        stages.put(hash, fresh);
        return fresh;
    }

    /** @param state of the payment in the journal */
    PaymentStory of(PaymentHash hash, PathFinder finder, OutgoingState state) {
        List<Stage> known = stages.get(hash);
        boolean complete = known != null && known.getFirst() instanceof Happened first
                && first.event() instanceof OutgoingEvent.PaymentStarted;
        var lines = new ArrayList<PaymentStory.Line>();
        if (!complete)
            for (Attempt attempt : state.attempts())
                lines.add(new PaymentStory.Line(-1, "attempt " + attempt.number() + ": " + way(attempt.route()) + ", "
                        + outcome(attempt)));
        if (known != null) for (Stage stage : known) tell(known.getFirst().at(), stage, finder, lines);
        return new PaymentStory(hash, !(state instanceof OutgoingState.NotStarted), complete, lines);
    }

    private static void tell(Timestamp begun, Stage stage, PathFinder finder, List<PaymentStory.Line> lines) {
        switch (stage) {
            case Happened happened -> lines.add(PaymentStory.line(begun, stage.at(), sentence(happened.event())));
            case Asked asked -> {
                lines.add(PaymentStory.line(begun, stage.at(), sentence(finder, asked)));
                for (var candidate : Candidates.of(finder, asked.view(), asked.request()))
                    lines.add(PaymentStory.line(begun, stage.at(), "  " + Routes.sentence(candidate)));
            }
        }
    }

    private static String sentence(PathFinder finder, Asked asked) {
        String question = "looked for routes (" + finder.name() + ") for " + asked.request().amount() + " at "
                + asked.request().limits().maxFee() + " of fees at most";
        return switch (asked.answer()) {
            case PathFinder.Parts(List<Route> routes) -> question + ": " + routes.size()
                    + (routes.size() == 1 ? " route" : " routes together");
            case PathFinder.NoParts none -> question + ": none, " + Routes.why(none.reason());
        };
    }

    private static String sentence(OutgoingEvent event) {
        return switch (event) {
            case OutgoingEvent.PaymentStarted started -> "began: " + started.terms().amount() + " to "
                    + payee(started.terms());
            case OutgoingEvent.AttemptStarted started ->
                "attempt " + started.attempt() + " sent: " + way(started.route());
            case OutgoingEvent.AttemptFailed failed ->
                "attempt " + failed.attempt() + " failed: " + failure(failed.failure())
                        + failed.lessons().stream().map(lesson -> "; " + lesson(lesson)).collect(Collectors.joining());
            case OutgoingEvent.PaymentSucceeded succeeded -> "succeeded with attempt " + succeeded.attempt();
            case OutgoingEvent.PaymentFailed failed -> "given up: " + end(failed.failure());
        };
    }

    private static String payee(PaymentTerms terms) {
        if (!(terms.recipient() instanceof PaymentTerms.OverBlindedPaths over)) return terms.destination().toString();
        int paths = over.decoded().size();
        return "a payee behind " + paths + (paths == 1 ? " blinded path" : " blinded paths");
    }

    private static String failure(AttemptFailure failure) {
        return switch (failure) {
            case AttemptFailure.HopFailed said -> "hop " + (said.hop() + 1) + " says "
                    + words(said.failure());
            case AttemptFailure.Undecodable garbled -> "somebody on the way garbled the reason";
            case AttemptFailure.PeerRejectedOnion rejected -> "our peer could not read the onion";
            case AttemptFailure.NotOffered refused -> "our channel did not take it: " + refused.why();
            case AttemptFailure.TimedOutOnChain late -> "it came back on chain";
        };
    }

    private static String end(PaymentFailure failure) {
        return switch (failure) {
            case PaymentFailure.RefusedByDestination refused -> "the payee says " + words(refused.failure());
            case PaymentFailure.NoRoute none -> "no route, " + none.why();
            case PaymentFailure.DeadlinePassed late -> "its time is over";
            case PaymentFailure.TooManyAttempts many -> many.attempts() + " attempts failed";
        };
    }

    private static String lesson(Lesson lesson) {
        return switch (lesson) {
            case Lesson.AvoidChannel avoid ->
                "avoids " + Routes.channel(avoid.channel()) + " from " + Routes.brief(avoid.from());
            case Lesson.TooMuch more -> "tries " + Routes.channel(more.channel()) + " from " + Routes.brief(more.from())
                    + " with less than " + more.amount();
            case Lesson.AvoidNode avoid -> "avoids node " + Routes.brief(avoid.node());
            case Lesson.NewTerms terms -> "takes the new terms of channel " + terms.channel();
        };
    }

    /** The failure's name, as words. */
    private static String words(FailureMessage failure) {
        return failure.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String outcome(Attempt attempt) {
        return switch (attempt.outcome()) {
            case Attempt.InFlight flying -> "on its way";
            case Attempt.Fulfilled done -> "fulfilled";
            case Attempt.Failed(AttemptFailure failure) -> "failed: " + failure(failure);
        };
    }

    private static String way(PaymentRoute route) {
        var text = new StringBuilder();
        for (PaymentRoute.Hop hop : route.hops())
            text.append(text.isEmpty() ? "" : " > ")
                    .append(Routes.way(hop.channel()))
                    .append(hop.channel().isReal() ? " to " + Routes.brief(hop.to()) : " to the payee");
        return text + ", " + route.last().amount() + " and " + route.fee() + " of fees";
    }
}
