package fulgurite.protocol.payment.outgoing;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.payment.Decision;
import fulgurite.protocol.payment.outgoing.OutgoingCommand.*;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PaymentPreimage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random commands, sensible and not, in any order; each seed is one payment. */
class OutgoingPropertiesTest {
    private static final int SEEDS = 500;

    /** One payment under random commands. */
    private static final class Run {
        final Random random;
        OutgoingState state = OutgoingPayment.initial();
        final List<OutgoingEvent> journal = new ArrayList<>();
        final List<OutgoingEffect> effects = new ArrayList<>();

        Run(long seed) {
            random = new Random(seed);
        }

        void step() {
            OutgoingCommand command = anyCommand();
            var context = new OutgoingContext(HEIGHT, NOW.plusSeconds(random.nextInt(70)),
                    context("entropy " + random.nextLong()).entropy());
            switch (OutgoingPayment.decide(context, state, command)) {
                case Decision.Refused<OutgoingEvent, OutgoingEffect> refused -> {}
                case Decision.Accepted<OutgoingEvent, OutgoingEffect> accepted -> {
                    for (OutgoingEvent event : accepted.events()) {
                        journal.add(event);
                        state = OutgoingPayment.evolve(state, event);
                    }
                    effects.clear();
                    effects.addAll(accepted.effects());
                }
            }
        }

        private OutgoingCommand anyCommand() {
            int attempt = Math.max(1, state.attempts().size() - random.nextInt(2));
            return switch (random.nextInt(12)) {
                case 0, 1 -> new Start(terms(3));
                case 2, 3, 4 -> new RouteFound(route(1 + random.nextInt(4)));
                case 5 -> random.nextInt(4) == 0 ? new RouteNotFound("none") : new RouteFound(route(3));
                case 6 -> new HtlcNotOffered(attempt, "no");
                case 7 -> new HtlcFailedMalformed(attempt, 0x8000 | random.nextInt(32), Bytes32.ZERO);
                case 8 -> random.nextInt(4) == 0 ? new HtlcTimedOutOnChain(attempt) : new RouteFound(route(3));
                case 9, 10 -> new HtlcFailed(attempt, anyReason(attempt));
                default -> new HtlcFulfilled(attempt, random.nextInt(3) == 0
                        ? PREIMAGE
                        : new PaymentPreimage(bytes("guess " + random.nextInt())));
            };
        }

        private Bytes anyReason(int attempt) {
            if (state.attempt(attempt).isEmpty() || random.nextInt(5) == 0) return bytes("garbled");
            var secrets = PaymentOnion.secrets(terms(1), state.attempt(attempt).get());
            int erring = random.nextInt(secrets.size());
            FailureMessage failure = random.nextInt(8) == 0
                    ? new FailureMessage.IncorrectOrUnknownPaymentDetails(AMOUNT, HEIGHT)
                    : new FailureMessage.TemporaryChannelFailure(Bytes.EMPTY);
            Bytes packet = FailurePacket.create(secrets.get(erring), failure);
            for (int hop = erring - 1; hop >= 0; hop--) packet = FailurePacket.wrap(secrets.get(hop), packet);
            return packet;
        }

        OutgoingState replayed() {
            OutgoingState replayed = OutgoingPayment.initial();
            for (OutgoingEvent event : journal) replayed = OutgoingPayment.evolve(replayed, event);
            return replayed;
        }
    }

    @Test
    void a_payment_never_succeeds_without_the_right_preimage() {
        int succeeded = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            for (int step = 0; step < 25; step++) run.step();
            if (!(run.state instanceof OutgoingState.Succeeded done)) continue;
            succeeded++;
            assertThat(PaymentTerms.hashOf(done.preimage())).isEqualTo(done.terms().paymentHash());
        }
        assertThat(succeeded).isBetween(SEEDS / 20, SEEDS - 1);
    }

    @Test
    void replaying_the_events_gives_the_live_state() {
        for (int seed = 0; seed < SEEDS / 5; seed++) {
            var run = new Run(seed);
            for (int step = 0; step < 15; step++) {
                run.step();
                assertThat(run.replayed()).isEqualTo(run.state);
            }
        }
    }

    @Test
    void resuming_covers_every_effect_but_the_reports() {
        int covered = 0;
        for (int seed = 0; seed < SEEDS / 5; seed++) {
            var run = new Run(seed);
            for (int step = 0; step < 15; step++) {
                run.step();
                List<OutgoingEffect> owed = run.effects.stream().filter(effect -> !isReport(effect)).toList();
                assertThat(OutgoingPayment.resume(run.replayed())).isEqualTo(owed);
                covered += owed.size();
            }
        }
        assertThat(covered).isGreaterThan(SEEDS / 5);
    }

    @Test
    void attempts_have_unlike_numbers_and_session_keys_and_one_at_most_is_in_flight() {
        for (int seed = 0; seed < SEEDS / 5; seed++) {
            var run = new Run(seed);
            for (int step = 0; step < 30; step++) run.step();
            List<Attempt> attempts = run.state.attempts();
            var numbers = new TreeSet<>(attempts.stream().map(Attempt::number).toList());
            var keys = new TreeSet<>(attempts.stream().map(Attempt::sessionKey).toList());
            assertThat(numbers).hasSameSizeAs(attempts);
            assertThat(keys).hasSameSizeAs(attempts);
            long inFlight = attempts.stream().filter(Attempt::isInFlight).count();
            assertThat(inFlight).isLessThanOrEqualTo(1);
            if (run.state instanceof OutgoingState.Failed) assertThat(inFlight).isZero();
        }
    }

    private static boolean isReport(OutgoingEffect effect) {
        return switch (effect) {
            case OutgoingEffect.ReportSucceeded report -> true;
            case OutgoingEffect.ReportFailed report -> true;
            case OutgoingEffect.FindRoute find -> false;
            case OutgoingEffect.OfferHtlc offer -> false;
        };
    }
}
