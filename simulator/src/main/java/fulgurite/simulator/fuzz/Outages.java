package fulgurite.simulator.fuzz;

import fulgurite.simulator.engine.Journals.Fate;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Journals that go away in the middle of a write, take nothing for a while, and come back. */
final class Outages implements CrashableWorld.Outage {
    private final CrashableWorld world;
    private final Tally tally;
    /** Never walked through: its order is of no account. */
    private final Map<WorldNode, Outage> byNode = new IdentityHashMap<>();
    private boolean any;

    /** @param stored whether the first write that fails is stored */
    private record Outage(long untilMillis, boolean stored, boolean begun) {}

    Outages(CrashableWorld world, Tally tally) {
        this.world = world;
        this.tally = tally;
    }

    /** From its next write on, a node's journal is away for so long from now. */
    void begin(WorldNode node, long millis, boolean stored) {
        byNode.put(node, new Outage(now() + millis, stored, false));
    }

    /** @return whether there has been one: who writes may not have noticed yet that it is over */
    boolean endAll() {
        byNode.clear();
        return any;
    }

    @Override
    public Optional<Fate> about(WorldNode node, String persistenceId, List<Object> events) {
        Outage outage = byNode.get(node);
        if (outage == null || now() >= outage.untilMillis()) return Optional.empty();
        if (outage.begun()) return Optional.of(Fate.REFUSED);
        byNode.put(node, new Outage(outage.untilMillis(), outage.stored(), true));
        any = true;
        tally.count(outage.stored() ? "journals lost: first write stored" : "journals lost: first write lost");
        return Optional.of(outage.stored() ? Fate.STORED_REFUSED : Fate.REFUSED);
    }

    private long now() {
        return world.engine().clock().millis();
    }
}
