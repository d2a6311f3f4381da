package fulgurite.simulator.scenario;

import fulgurite.node.api.NodeService.Payment;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import fulgurite.node.payment.PaymentBook;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.check.Accounts;
import fulgurite.simulator.check.Invariants;
import fulgurite.simulator.check.NodeAccount;
import fulgurite.simulator.report.FailureReasons;
import fulgurite.simulator.report.SimulationReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A network's life from its first coin to calm: fund, open channels, gossip, pay, wait, check. Everything random is
 * drawn from the seed, everything happens on one thread in virtual time, and so one seed has one trace.
 */
public final class Simulation {
    private final SimulationSettings settings;
    private final Phases phases;
    private final LongSupplier nanos;

    private Simulation(SimulationSettings settings, Phases phases, LongSupplier nanos) {
        this.settings = settings;
        this.phases = phases;
        this.nanos = nanos;
    }

    /**
     * Runs to the end.
     *
     * @param nanos the real time, for the report alone
     * @throws SimulationFailedException when the network does not come to its end
     */
    public static SimulationReport run(SimulationSettings settings, Phases phases, LongSupplier nanos) {
        return new Simulation(settings, phases, nanos).run();
    }

    private SimulationReport run() {
        long begun = nanos.getAsLong();
        try (SimulatedWorld world = SimulatedWorld.start(settings.seed(), settings.nodes(), settings.routers())) {
            phases.reached(settings.nodes() + " nodes run");
            Topology topology = Topology.draw(settings.nodes(), settings.extraChannels(), world.engine()
                    .random(
                            "topology"));
            var opening = new Opening(world, topology);
            List<Satoshi> given = opening.fund();
            phases.reached("wallets are funded");
            List<NodeService.Channel> opened = opening.open();
            phases.reached(opened.size() + " channels are funded");
            var blocks = new BlockClock(world.engine(), world.chain());
            blocks.start();
            opening.awaitUsable();
            phases.reached("every node knows every channel, at block " + world.chain().tip().height().height());
            var paying = new Paying(world, Workload.draw(settings.payments(), settings.nodes(), settings.interval(),
                    world.engine().random("workload")), phases);
            paying.run();
            paying.calm();
            blocks.stop();
            phases.reached("calm");
            Accounts accounts = new Accounting(world, topology, given, opened).accounts();
            return new SimulationReport(settings.seed(), network(world, topology, accounts),
                    payments(world, accounts, paying), Duration.ofNanos(world.engine().loop().now()),
                    Duration.ofNanos(nanos.getAsLong() - begun), world.engine().trace().hash(),
                    world.engine().trace().entries(), Invariants.check(accounts));
        }
    }

    private SimulationReport.Network network(SimulatedWorld world, Topology topology, Accounts accounts) {
        return new SimulationReport.Network(settings.nodes(), topology.channels().size(), topology.capacity(),
                world.chain().tip().height().height(), accounts.chainFees().toSatoshi());
    }

    private SimulationReport.Payments payments(SimulatedWorld world, Accounts accounts, Paying paying) {
        var failures = new TreeMap<>(paying.refusals());
        for (SimulatedNode node : world.nodes()) {
            PaymentBook book = world.ask(node.running().payments(), PaymentsActor.GetPayments::new);
            for (var entry : book.outgoing())
                if (entry.value().state() instanceof OutgoingState.Failed failed)
                    failures.merge(FailureReasons.of(failed), 1, Integer::sum);
        }
        var hops = new TreeMap<Integer, Integer>();
        var fees = new ArrayList<MilliSatoshi>();
        MilliSatoshi amount = MilliSatoshi.ZERO;
        int attempts = 0;
        for (NodeAccount node : accounts.nodes())
            for (Payment payment : node.payments()) {
                attempts += payment.attempts().size();
                if (!payment.outgoing() || payment.state() != PaymentState.SUCCEEDED) continue;
                hops.merge(payment.attempts().getLast().hops().size(), 1, Integer::sum);
                fees.add(payment.fee());
                amount = amount.plus(payment.amount());
            }
        fees.sort(null);
        MilliSatoshi median = fees.isEmpty() ? MilliSatoshi.ZERO : fees.get(fees.size() / 2);
        return new SimulationReport.Payments(settings.payments(), fees.size(), failures, amount,
                fees.stream().reduce(MilliSatoshi.ZERO, MilliSatoshi::plus), median, hops, attempts);
    }
}
