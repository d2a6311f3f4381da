package fulgurite.simulator.routing;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.Strained;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.graph.search.Liquidity;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Lets one path-finder make payments over a network whose balances it does not know, as a node does: each failed part tells
 * where it failed, as much is not tried there again for this payment, and what is left is tried again by other ways. The parts of a
 * payment wait for each other and go over together, or not at all. Each payer learns for itself.
 */
public final class Trial {
    private static final BlockHeight HEIGHT = new BlockHeight(930_000);
    private static final long BETWEEN_MS = 10_000;
    private static final int LEAST_CHANNELS = 5;

    /** One payment to be made. */
    public record Task(int payer, int payee, long amountMsat) {}

    /**
     * What payments may do.
     *
     * @param parts at most, of one payment
     * @param attempts HTLCs that a payment may send at most
     * @param drains whether what was paid has moved for the payments after it; else every payment finds the same balances,
     *     whatever became of those before it, so that all finders do the same task
     */
    public record Rules(int parts, int attempts, boolean drains) {}

    /**
     * What became of one payment.
     *
     * @param attempts HTLCs that were sent
     * @param feeMsat of the parts that went over
     * @param parts of which the payment was made; 0 when it failed
     * @param cpuNanos spent on finding routes
     * @param possible whether it could have been made, by who knew all balances and paid any fee
     */
    public record Outcome(boolean succeeded, int attempts, long feeMsat, int parts, long cpuNanos, boolean possible) {}

    private final ChannelMap map;
    private final PathFinder finder;
    private final HiddenBalances balances;
    private final Rules rules;
    private final LongSupplier cpuNanos;
    private final Liquidity[] learned;
    private long clock = 1_700_000_000_000L;

    private Trial(ChannelMap map, PathFinder finder, HiddenBalances balances, Rules rules, LongSupplier cpuNanos) {
        this.map = map;
        this.finder = finder;
        this.balances = balances;
        this.rules = rules;
        this.cpuNanos = cpuNanos;
        this.learned = new Liquidity[map.topology().nodes()];
    }

    /**
     * Payments between drawn nodes of several channels each.
     *
     * @param payers among which the payments are spread
     * @throws IllegalArgumentException when there are no two such nodes
     */
    public static List<Task> tasks(ChannelMap map, int count, int payers, long leastSat, long mostSat, long seed) {
        var random = new SplittableRandom(seed);
        Topology topology = map.topology();
        var able = new ArrayList<Integer>();
        for (int node = 0; node < topology.nodes(); node++) if (usable(map, node) >= LEAST_CHANNELS) able.add(node);
        if (able.size() < 2)
            throw new IllegalArgumentException("the graph has fewer than two nodes with " + LEAST_CHANNELS
                    + " channels that are usable both ways, between which payments are drawn");
        int[] from = new int[payers];
        for (int i = 0; i < payers; i++) from[i] = able.get(random.nextInt(able.size()));
        var tasks = new ArrayList<Task>();
        while (tasks.size() < count) {
            int payer = from[tasks.size() % payers];
            int payee = able.get(random.nextInt(able.size()));
            double share = random.nextDouble();
            long sat = Math.round(leastSat * StrictMath.pow((double) mostSat / leastSat, share));
            if (payer != payee) tasks.add(new Task(payer, payee, 1000 * sat));
        }
        return tasks;
    }

    /** Channels of a node that are usable both ways. */
    private static int usable(ChannelMap map, int node) {
        Topology topology = map.topology();
        int usable = 0;
        for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++)
            if (map.isUsable(slot) && map.isUsable(topology.twin(slot))) usable++;
        return usable;
    }

    /** @param seed of the balances: equal for all finders that are compared */
    public static List<Outcome> run(ChannelMap map, PathFinder finder, List<Task> tasks, boolean even, Rules rules,
            long seed, LongSupplier cpuNanos) {
        var balances = new HiddenBalances(map, even ? HiddenBalances.Spread.EVEN : HiddenBalances.Spread.ENDS, seed);
        var trial = new Trial(map, finder, balances, rules, cpuNanos);
        return tasks.stream().map(trial::pay).toList();
    }

    private Outcome pay(Task task) {
        clock += BETWEEN_MS;
        var avoided = new ArrayList<Strained>();
        var locked = new ArrayList<Route>();
        long left = task.amountMsat;
        long feeLeft = 10_000 + task.amountMsat / 100;
        int attempts = 0;
        long cpu = 0;
        while (left > 0 && attempts < rules.attempts && locked.size() < rules.parts) {
            View view = new View(map, knowledge(task.payer), now());
            RouteRequest request = request(task, left, feeLeft, avoided);
            long before = cpuNanos.getAsLong();
            PathFinder.Split found = finder.split(view, request, rules.parts - locked.size());
            cpu += cpuNanos.getAsLong() - before;
            if (!(found instanceof PathFinder.Parts(List<Route> routes))) break;
            for (Route route : routes) {
                attempts++;
                if (!attempt(task.payer, route, avoided)) continue;
                locked.add(route);
                left -= route.amount().msat();
                feeLeft -= route.fee().msat();
            }
        }
        return left == 0 ? succeeded(task.payer, locked, attempts, cpu) : failed(task, locked, attempts, cpu);
    }

    private RouteRequest request(Task task, long amountMsat, long feeLeft, List<Strained> avoided) {
        var limits = new RouteRequest.Limits(new MilliSatoshi(feeLeft), new CltvDelta(2016), 20);
        return new RouteRequest(new RouteRequest.OwnNode(node(task.payer), own(task.payer)), node(task.payee),
                new MilliSatoshi(amountMsat), new CltvDelta(40), HEIGHT, limits, List.of(), List.of(), avoided,
                List.of());
    }

    private NodeId node(int index) {
        return map.topology().node(index);
    }

    /** The payer's own channels, whose balances it knows. */
    private List<RouteRequest.LocalChannel> own(int payer) {
        Topology topology = map.topology();
        var own = new ArrayList<RouteRequest.LocalChannel>();
        for (int slot = topology.firstSlot(payer); slot < topology.firstSlot(payer + 1); slot++) {
            int out = topology.twin(slot);
            if (!map.isUsable(out)) continue;
            own.add(new RouteRequest.LocalChannel(topology.channel(topology.channelOf(slot)),
                    node(topology.other(slot)), new MilliSatoshi(Math.min(balances.msat(out), map.maxMsat(out))),
                    new MilliSatoshi(map.minMsat(out))));
        }
        return own;
    }

    private Liquidity knowledge(int payer) {
        Liquidity known = learned[payer];
        return known == null ? Liquidity.unknown(map.topology()) : known;
    }

    private Timestamp now() {
        return new Timestamp(clock);
    }

    /** @return whether the part got through, and waits for the others */
    private boolean attempt(int payer, Route route, List<Strained> avoided) {
        OptionalInt failing = balances.send(route);
        Liquidity known = knowledge(payer);
        for (int i = 0; i < route.hops().size(); i++) {
            Route.Hop hop = route.hops().get(i);
            int slot = balances.slot(hop);
            long capacity = balances.capacityMsat(slot);
            boolean through = failing.isEmpty() || i < failing.getAsInt();
            if (through) known = known.passed(slot, hop.amount(), capacity, now());
            if (failing.isEmpty()) known = known.holding(slot, hop.amount().msat());
            if (through) continue;
            known = known.failed(slot, hop.amount(), capacity, now());
            avoided.add(new Strained(hop.shortChannelId(), hop.from(), hop.amount()));
            break;
        }
        learned[payer] = known;
        return failing.isEmpty();
    }

    private Outcome succeeded(int payer, List<Route> parts, int attempts, long cpu) {
        long fee = 0;
        for (Route route : parts) {
            fee += route.fee().msat();
            if (rules.drains) settle(payer, route);
            else release(payer, route);
        }
        return new Outcome(true, attempts, fee, parts.size(), cpu, true);
    }

    private void settle(int payer, Route route) {
        balances.settle(route);
        Liquidity known = knowledge(payer);
        for (Route.Hop hop : route.hops()) {
            int slot = balances.slot(hop);
            known = known.holding(slot, -hop.amount().msat())
                    .settled(slot, hop.amount(), balances.capacityMsat(slot), now());
        }
        learned[payer] = known;
    }

    private void release(int payer, Route route) {
        balances.release(route, route.hops().size());
        Liquidity known = knowledge(payer);
        for (Route.Hop hop : route.hops()) known = known.holding(balances.slot(hop), -hop.amount().msat());
        learned[payer] = known;
    }

    private Outcome failed(Task task, List<Route> parts, int attempts, long cpu) {
        for (Route route : parts) release(task.payer, route);
        return new Outcome(false, attempts, 0, 0, cpu, TrueFlow.carries(map, balances, task));
    }
}
