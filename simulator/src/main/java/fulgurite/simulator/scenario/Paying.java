package fulgurite.simulator.scenario;

import fulgurite.node.api.NodeService;
import fulgurite.node.api.NodeService.Payment;
import fulgurite.node.api.NodeService.PaymentState;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Runs a workload, and waits until the network is calm after it. */
final class Paying {
    private static final Duration INVOICE_EXPIRY = Duration.ofHours(1);
    /** After the last payment has begun; a payment gives up much earlier. */
    private static final Duration LIMIT = Duration.ofHours(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_FOR_CALM = 120;

    private final SimulatedWorld world;
    private final Workload workload;
    private final Phases phases;
    private final SortedMap<String, Integer> refusals = new TreeMap<>();
    /** A failure that no node's user may see: kept here, since a stage would swallow it. */
    private Optional<String> fault = Optional.empty();
    private int ended;
    private int succeeded;

    Paying(SimulatedWorld world, Workload workload, Phases phases) {
        this.world = world;
        this.workload = workload;
        this.phases = phases;
    }

    /** Makes all payments and returns when each has its outcome. */
    void run() {
        if (workload.payments().isEmpty()) return;
        for (Workload.PlannedPayment planned : workload.payments())
            world.engine().loop().schedule(planned.after(), () -> begin(planned));
        Duration limit = workload.payments().getLast().after().plus(LIMIT);
        boolean over = world.engine().runUntil(() -> ended == workload.payments().size() || fault.isPresent(), limit);
        if (fault.isPresent()) throw new SimulationFailedException(fault.get());
        if (!over)
            throw new SimulationFailedException(
                    workload.payments().size() - ended + " payments had no outcome within " + limit);
    }

    /** Waits until no HTLC is under way any more; at the limit what remains is left for the invariants to name. */
    void calm() {
        for (int i = 0; i < LOOKS_FOR_CALM; i++) {
            world.engine().runFor(BETWEEN_LOOKS);
            if (isCalm()) return;
        }
    }

    /** Payments that did not even begin, by the reason that the service gave. */
    SortedMap<String, Integer> refusals() {
        return refusals;
    }

    private void begin(Workload.PlannedPayment planned) {
        NodeService payer = world.node(planned.payer()).service();
        SimulatedNode payee = world.node(planned.payee());
        CompletionStage<Payment> paying = switch (planned.kind()) {
            case KEYSEND -> payer.send(payee.id(), planned.amount());
            case INVOICE -> payee.service()
                    .invoice(Optional.of(planned.amount()), "payment " + planned.number(), INVOICE_EXPIRY)
                    .thenCompose(invoice -> payer.pay(invoice.bolt11(), Optional.empty()));
        };
        paying.whenComplete((payment, failure) -> {
            if (failure == null) ended(planned, payment);
            else refused(planned, failure);
            tellProgress();
        });
    }

    private void ended(Workload.PlannedPayment planned, Payment payment) {
        ended++;
        if (payment.state() == PaymentState.SUCCEEDED) succeeded++;
        world.engine()
                .trace()
                .record("payment " + planned.number() + " " + payment.paymentHash() + " " + payment.state() + " fee "
                        + payment.fee() + " attempts " + payment.attempts().size());
    }

    private void refused(Workload.PlannedPayment planned, Throwable failure) {
        ended++;
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (!(cause instanceof NodeService.ServiceException refusal)) {
            fault = Optional.of("payment " + planned.number() + " ended with " + cause);
            return;
        }
        refusals.merge(refusal.getMessage(), 1, Integer::sum);
        world.engine().trace().record("payment " + planned.number() + " refused " + refusal.reason());
    }

    private void tellProgress() {
        int all = workload.payments().size();
        if (ended * 10L / all != (ended - 1) * 10L / all)
            phases.reached(ended + " of " + all + " payments ended, " + succeeded + " succeeded");
    }

    private boolean isCalm() {
        for (SimulatedNode node : world.nodes())
            for (NodeService.Channel channel : world.await(node.service().channels()))
                if (channel.htlcsIn() + channel.htlcsOut() > 0) return false;
        return true;
    }
}
