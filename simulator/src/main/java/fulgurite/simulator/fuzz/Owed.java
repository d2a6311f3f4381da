package fulgurite.simulator.fuzz;

import fulgurite.node.api.NodeService;
import fulgurite.node.api.NodeService.Payment;
import fulgurite.node.api.NodeService.Reason;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The answers that those who pay are owed: a node that has lived on since tells of a payment's end, and soon. */
final class Owed {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final CrashableWorld world;
    private final List<Answer> answers = new ArrayList<>();

    private static final class Answer {
        private final WorldNode payer;
        /** Of the life that was asked. */
        private final NodeService service;
        private final PaymentHash hash;
        private boolean told;
        /** When the payer ceased to wait. */
        private Optional<Instant> gaveUp = Optional.empty();

        private Answer(WorldNode payer, NodeService service, PaymentHash hash) {
            this.payer = payer;
            this.service = service;
            this.hash = hash;
        }

        private void take(@Nullable Throwable failure, Instant now) {
            Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (cause instanceof ServiceException refusal && refusal.reason() == Reason.TIMEOUT)
                gaveUp = Optional.of(now);
            else
                told = true;
        }

        private boolean isDue() {
            return !told && payer.service().filter(alive -> alive == service).isPresent();
        }
    }

    Owed(CrashableWorld world) {
        this.world = world;
    }

    /** @param payer a node that is up */
    void expect(WorldNode payer, PaymentHash hash, CompletionStage<Payment> paying) {
        var answer = new Answer(payer, payer.service().orElseThrow(), hash);
        answers.add(answer);
        paying.whenComplete((payment, failure) -> answer.take(failure, now()));
    }

    /** The first that is missing. */
    Optional<Run.Failure> check() {
        for (Answer answer : answers) {
            if (!answer.isDue()) continue;
            Instant until = answer.gaveUp.orElse(now()).minus(SOON);
            for (Payment payment : world.await(answer.service.payments()))
                if (payment.outgoing() && payment.paymentHash().equals(answer.hash)
                        && payment.completedAt().filter(until::isAfter).isPresent())
                    return Optional.of(new Run.Failure("unanswered", answer.payer + "'s payment " + answer.hash
                            + " ended at " + payment.completedAt().get() + ", of which its payer was not told"));
        }
        return Optional.empty();
    }

    private Instant now() {
        return world.engine().clock().instant();
    }
}
