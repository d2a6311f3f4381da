package fulgurite.simulator.scenario;

import fulgurite.protocol.units.MilliSatoshi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The payments to try, in the order in which they begin: at random moments, between random nodes. */
record Workload(List<PlannedPayment> payments) {
    private static final long LEAST_AMOUNT_MSAT = 10_000;
    private static final long MOST_AMOUNT_MSAT = 2_000_000_000;

    Workload {
        payments = List.copyOf(payments);
    }

    /** How the payee is asked. */
    enum Kind {
        INVOICE, KEYSEND
    }

    /** @param after the beginning of the workload; @param payer number of the node; @param payee likewise, another */
    record PlannedPayment(int number, Duration after, int payer, int payee, MilliSatoshi amount, Kind kind) {}

    static Workload draw(int payments, int nodes, Duration interval, SplittableRandom random) {
        var planned = new ArrayList<PlannedPayment>();
        Duration after = Duration.ZERO;
        for (int number = 1; number <= payments; number++) {
            after = after.plus(Draws.exponential(random, interval));
            int payer = random.nextInt(nodes);
            int payee = (payer + random.nextInt(1, nodes)) % nodes;
            var amount = new MilliSatoshi(Draws.logUniform(random, LEAST_AMOUNT_MSAT, MOST_AMOUNT_MSAT));
            Kind kind = random.nextInt(2) == 0 ? Kind.INVOICE : Kind.KEYSEND;
            planned.add(new PlannedPayment(number, after, payer, payee, amount, kind));
        }
        return new Workload(planned);
    }
}
