package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.onion.FailureCodec;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.onion.blinded.BlindedPath;
import fulgurite.protocol.payment.Decision;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.outgoing.AttemptFailure.*;
import fulgurite.protocol.payment.outgoing.OutgoingCommand.*;
import fulgurite.protocol.payment.outgoing.OutgoingEvent.*;
import fulgurite.protocol.payment.outgoing.OutgoingState.*;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A payment that we make, identified by its hash. It asks for a route, sends an HTLC along it, and when that fails
 * learns from the failure and asks again, within its limits. It is never given up while an attempt is in flight: the
 * destination may still claim that.
 *
 * <p>Where the destination takes a payment in parts, several attempts are in flight at a time. When one fails, routes are
 * asked for what it carried, while the destination holds the others. When there is none, those are left to fail too (it
 * does not hold them for ever), and then all is asked for anew.
 */
public final class OutgoingPayment {
    /** Above the delta that the destination asks: blocks may be found while the HTLC travels. */
    static final CltvDelta FINAL_DELTA_MARGIN = new CltvDelta(3);
    /** @bolt 4, max_htlc_cltv Selection */
    static final CltvDelta MAX_TOTAL_DELTA = new CltvDelta(2016);

    private OutgoingPayment() {}

    public static OutgoingState initial() {
        return new NotStarted();
    }

    public static Decision<OutgoingEvent, OutgoingEffect> decide(
            OutgoingContext context,
            OutgoingState state,
            OutgoingCommand command) {
        return switch (command) {
            case Start start -> start(context, state, start.terms());
            case RouteFound found -> routeFound(context, state, found.route());
            case RouteNotFound none -> routeNotFound(context, state, none.why());
            case HtlcFulfilled fulfilled -> fulfilled(context, state, fulfilled);
            case HtlcNotOffered refused ->
                failed(context, state, refused.attempt(), attempt -> new NotOffered(refused.why()));
            case HtlcTimedOutOnChain late ->
                failed(context, state, late.attempt(), attempt -> new TimedOutOnChain());
            case HtlcFailedMalformed bad -> failed(context, state, bad.attempt(), attempt -> new PeerRejectedOnion(
                    FailureCodec.ofMalformed(bad.failureCode(), bad.sha256OfOnion())));
            case HtlcFailed failed ->
                failed(context, state, failed.attempt(), attempt -> unwrap(state, attempt, failed));
        };
    }

    public static OutgoingState evolve(OutgoingState state, OutgoingEvent event) {
        return switch (event) {
            case PaymentStarted started ->
                new Pending(started.terms(), state.attempts().size(), state.attempts(), List.of());
            case AttemptStarted started -> {
                Pending pending = pending(state);
                var attempt = new Attempt(started.attempt(), started.route(), started.height(), started.sessionKey(),
                        new Attempt.InFlight());
                yield new Pending(pending.terms(), pending.earlier(), append(pending.attempts(), List.of(attempt)),
                        pending.lessons());
            }
            case AttemptFailed failed -> {
                Pending pending = pending(state);
                yield new Pending(pending.terms(), pending.earlier(),
                        ended(pending.attempts(), failed.attempt(), new Attempt.Failed(failed.failure())),
                        append(pending.lessons(), failed.lessons()));
            }
            // The destination takes all parts or none.
            case PaymentSucceeded succeeded -> new Succeeded(termsOf(state).orElseThrow(),
                    state.attempts()
                            .stream()
                            .map(attempt -> attempt.isInFlight() || attempt.number() == succeeded.attempt()
                                    ? attempt.ended(new Attempt.Fulfilled())
                                    : attempt)
                            .toList(),
                    succeeded.preimage());
            case PaymentFailed failed -> {
                Pending pending = pending(state);
                yield new OutgoingState.Failed(pending.terms(), pending.attempts(), failed.failure());
            }
        };
    }

    /** Attempts in flight are offered again, since the channels may never have been asked; for the rest a route is wanted. */
    public static List<OutgoingEffect> resume(OutgoingState state) {
        if (!(state instanceof Pending pending)) return List.of();
        var effects = new ArrayList<OutgoingEffect>();
        for (Attempt attempt : pending.inFlight()) effects.add(offer(pending.terms(), attempt));
        if (pending.wantsRoute() && refusal(pending).isEmpty()) effects.add(findRoute(pending));
        return List.copyOf(effects);
    }

    private static Decision<OutgoingEvent, OutgoingEffect> start(
            OutgoingContext context,
            OutgoingState state,
            PaymentTerms terms) {
        return switch (state) {
            case Pending pending -> Decision.refuse(new Refusal.AlreadyPending(terms.paymentHash()));
            case Succeeded done -> Decision.refuse(new Refusal.AlreadySucceeded(terms.paymentHash()));
            case NotStarted fresh -> start(context, terms);
            case OutgoingState.Failed failed -> start(context, terms);
        };
    }

    private static Decision<OutgoingEvent, OutgoingEffect> start(OutgoingContext context, PaymentTerms terms) {
        boolean sensible = terms.amount().msat() > 0 && !terms.limits().maxFee().isNegative()
                && terms.limits().maxAttempts() > 0;
        if (!sensible) return Decision.refuse(new Refusal.SenselessTerms(terms.paymentHash()));
        if (terms.recipient() instanceof PaymentTerms.Spontaneous spontaneous
                && !PaymentTerms.hashOf(spontaneous.preimage()).equals(terms.paymentHash()))
            return Decision.refuse(new Refusal.WrongPreimage(terms.paymentHash()));
        return Decision.accept(List.of(new PaymentStarted(terms, context.now())),
                List.of(findRoute(new Pending(terms, 0, List.of(), List.of()))));
    }

    private static Decision<OutgoingEvent, OutgoingEffect> routeFound(
            OutgoingContext context,
            OutgoingState state,
            PaymentRoute route) {
        if (!(state instanceof Pending pending) || !pending.wantsRoute())
            return Decision.refuse(new Refusal.NoRouteWanted());
        Optional<String> fault = fault(context, pending, route);
        if (fault.isPresent()) return noRoute(context, pending, fault.get());
        int number = pending.attempts().size() + 1;
        var attempt = new Attempt(number, route, context.height(), context.entropy(), new Attempt.InFlight());
        return Decision.accept(
                List.of(new AttemptStarted(pending.terms().paymentHash(), number, route, context.height(),
                        context.entropy())),
                List.of(offer(pending.terms(), attempt)));
    }

    /** Why a route is not one that this payment may take. */
    private static Optional<String> fault(OutgoingContext context, Pending pending, PaymentRoute route) {
        PaymentTerms terms = pending.terms();
        if (!route.isChained()) return Optional.of("the route is not a chain of channels");
        if (!route.last().to().equals(terms.destination())) return Optional.of("the route ends elsewhere");
        if (terms.recipient() instanceof PaymentTerms.OverBlindedPaths
                && BlindedPayee.pathOf(terms.blindedPaths(), route).isEmpty())
            return Optional.of("the route does not end with a blinded path");
        if (terms.maxParts() == 1 && route.last().amount().lessThan(terms.amount()))
            return Optional.of("the route delivers too little");
        if (terms.maxParts() > 1
                && (pending.missing().lessThan(route.last().amount()) || route.last().amount().isZero()))
            return Optional.of("the route delivers not what is missing");
        if (route.last().delta().compareTo(terms.minFinalDelta()) < 0)
            return Optional.of("the route leaves the destination too little time");
        MilliSatoshi cost = terms.maxParts() == 1 ? cost(terms, List.of(route)) : route.fee();
        if (pending.feeLeft().lessThan(cost)) return Optional.of("the route costs " + cost + ", more than the limit");
        if (route.first().delta().compareTo(MAX_TOTAL_DELTA) > 0)
            return Optional.of("the route locks funds for " + route.first().delta());
        if (Sphinx.sizeOf(PaymentOnion.payloads(terms, route, context.height())) > OnionPacket.PAYMENT_PAYLOADS_SIZE)
            return Optional.of("the route is too long for an onion");
        return Optional.empty();
    }

    /** Fees, and whatever the destination gets above the amount. @param routes all that deliver it together */
    private static MilliSatoshi cost(PaymentTerms terms, List<PaymentRoute> routes) {
        MilliSatoshi sent = MilliSatoshi.ZERO;
        for (PaymentRoute route : routes) sent = sent.plus(route.first().amount());
        return sent.minus(terms.amount());
    }

    private static Decision<OutgoingEvent, OutgoingEffect> routeNotFound(
            OutgoingContext context,
            OutgoingState state,
            String why) {
        if (!(state instanceof Pending pending) || !pending.wantsRoute())
            return Decision.refuse(new Refusal.NoRouteWanted());
        return noRoute(context, pending, why);
    }

    /** The end, unless parts are in flight: then theirs is awaited, and all is asked for anew. */
    private static Decision<OutgoingEvent, OutgoingEffect> noRoute(
            OutgoingContext context,
            Pending pending,
            String why) {
        if (!pending.inFlight().isEmpty()) return Decision.accept(List.of(), List.of());
        return giveUp(context, pending.terms(), new PaymentFailure.NoRoute(why));
    }

    private static Decision<OutgoingEvent, OutgoingEffect> fulfilled(
            OutgoingContext context,
            OutgoingState state,
            HtlcFulfilled fulfilled) {
        Optional<PaymentTerms> terms = termsOf(state);
        Optional<Attempt> attempt = state.attempt(fulfilled.attempt());
        if (terms.isEmpty() || attempt.isEmpty() || state instanceof Succeeded)
            return Decision.refuse(new Refusal.NotInFlight(fulfilled.attempt()));
        PaymentHash hash = terms.get().paymentHash();
        if (!PaymentTerms.hashOf(fulfilled.preimage()).equals(hash))
            return Decision.refuse(new Refusal.WrongPreimage(hash));
        // A preimage is proof of payment even for an attempt that was thought to have failed.
        PaymentPreimage preimage = fulfilled.preimage();
        List<PaymentRoute> paid = state.attempts()
                .stream()
                .filter(one -> one.isInFlight() || one.number() == fulfilled.attempt())
                .map(Attempt::route)
                .toList();
        return Decision.accept(
                List.of(new PaymentSucceeded(hash, fulfilled.attempt(), preimage, context.now())),
                List.of(new OutgoingEffect.ReportSucceeded(hash, preimage, cost(terms.get(), paid))));
    }

    private static Decision<OutgoingEvent, OutgoingEffect> failed(
            OutgoingContext context,
            OutgoingState state,
            int number,
            java.util.function.Function<Attempt, AttemptFailure> how) {
        Optional<Attempt> attempt = state.attempt(number).filter(Attempt::isInFlight);
        if (!(state instanceof Pending pending) || attempt.isEmpty())
            return Decision.refuse(new Refusal.NotInFlight(number));
        PaymentHash hash = pending.terms().paymentHash();
        AttemptFailure failure = how.apply(attempt.get());
        List<Lesson> lessons = Lessons.of(attempt.get().route(), failure, pending.lessons());
        var event = new AttemptFailed(hash, number, failure, lessons);
        Pending next = pending(evolve(state, event));
        Optional<PaymentFailure> end = end(context, next);
        if (end.isEmpty()) return Decision.accept(List.of(event), List.of(findRoute(next)));
        if (!next.inFlight().isEmpty()) return Decision.accept(List.of(event), List.of());
        return Decision.accept(List.of(event, new PaymentFailed(hash, end.get(), context.now())),
                List.of(new OutgoingEffect.ReportFailed(hash, end.get())));
    }

    /** Why there is to be no further attempt, if so. */
    private static Optional<PaymentFailure> end(OutgoingContext context, Pending pending) {
        PaymentTerms.Limits limits = pending.terms().limits();
        int made = pending.ofThisStart().size();
        Optional<PaymentFailure> refused = refusal(pending);
        if (refused.isPresent()) return refused;
        if (context.now().isAfter(limits.deadline())) return Optional.of(new PaymentFailure.DeadlinePassed());
        if (made >= limits.maxAttempts()) return Optional.of(new PaymentFailure.TooManyAttempts(made));
        return Optional.empty();
    }

    /** The destination's word that it would refuse any other attempt too. */
    private static Optional<PaymentFailure> refusal(Pending pending) {
        for (Attempt attempt : pending.ofThisStart())
            if (attempt.outcome() instanceof Attempt.Failed(HopFailed said)
                    && said.hop() == attempt.route().hops().size() - 1 && said.failure().permanent()
                    && !(said.failure() instanceof FailureMessage.BadOnion))
                return Optional.of(new PaymentFailure.RefusedByDestination(said.failure()));
        return Optional.empty();
    }

    private static AttemptFailure unwrap(OutgoingState state, Attempt attempt, HtlcFailed failed) {
        PaymentTerms terms = termsOf(state).orElseThrow();
        return switch (FailurePacket.unwrap(PaymentOnion.secrets(terms, attempt), failed.reason())) {
            case FailurePacket.Failed said -> BlindedPayee.pathOf(terms.blindedPaths(), attempt.route())
                    .<AttemptFailure>map(path -> onPath(attempt.route(), path, said))
                    .orElseGet(() -> new HopFailed(said.hop(), said.failure()));
            case FailurePacket.Undecodable garbled -> new AttemptFailure.Undecodable();
        };
    }

    /** A route has one hop for the whole path, from its introduction node to the payee; the onion has all of them. */
    private static AttemptFailure onPath(PaymentRoute route, BlindedPath path, FailurePacket.Failed said) {
        int introduction = route.hops().size() - 2;
        int payee = introduction + path.hops().size() - 1;
        if (said.hop() == payee) return new HopFailed(introduction + 1, said.failure());
        // One inside, which should have said nothing in its own words: the path is to blame.
        if (said.hop() > introduction)
            return new HopFailed(introduction, new FailureMessage.InvalidOnionBlinding(Bytes32.ZERO));
        return new HopFailed(said.hop(), said.failure());
    }

    private static Decision<OutgoingEvent, OutgoingEffect> giveUp(
            OutgoingContext context,
            PaymentTerms terms,
            PaymentFailure failure) {
        return Decision.accept(List.of(new PaymentFailed(terms.paymentHash(), failure, context.now())),
                List.of(new OutgoingEffect.ReportFailed(terms.paymentHash(), failure)));
    }

    private static OutgoingEffect findRoute(Pending pending) {
        PaymentTerms terms = pending.terms();
        int attemptsLeft = terms.limits().maxAttempts() - pending.ofThisStart().size();
        int parts = Math.min(terms.maxParts() - pending.inFlight().size(), attemptsLeft);
        return new OutgoingEffect.FindRoute(terms.paymentHash(), new RouteQuery(terms.destination(), pending.missing(),
                pending.feeLeft(), terms.minFinalDelta().plus(FINAL_DELTA_MARGIN), terms.hints(),
                terms.blindedPaths(), pending.lessons(), Math.max(1, parts)));
    }

    private static OutgoingEffect offer(PaymentTerms terms, Attempt attempt) {
        PaymentRoute.Hop first = attempt.route().first();
        return new OutgoingEffect.OfferHtlc(terms.paymentHash(), attempt.number(), first.channel(), first.amount(),
                PaymentOnion.expiry(first, attempt.height()), PaymentOnion.of(terms, attempt));
    }

    private static Optional<PaymentTerms> termsOf(OutgoingState state) {
        return switch (state) {
            case NotStarted fresh -> Optional.empty();
            case Pending pending -> Optional.of(pending.terms());
            case Succeeded succeeded -> Optional.of(succeeded.terms());
            case OutgoingState.Failed failed -> Optional.of(failed.terms());
        };
    }

    private static Pending pending(OutgoingState state) {
        if (state instanceof Pending pending) return pending;
        throw new IllegalStateException("a payment that is not pending has no such event: " + state.getClass());
    }

    private static List<Attempt> ended(List<Attempt> attempts, int number, Attempt.Outcome outcome) {
        return attempts.stream().map(a -> a.number() == number ? a.ended(outcome) : a).toList();
    }

    private static <T> List<T> append(List<T> list, List<T> more) {
        var all = new ArrayList<>(list);
        all.addAll(more);
        return List.copyOf(all);
    }
}
