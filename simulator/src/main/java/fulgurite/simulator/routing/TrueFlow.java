package fulgurite.simulator.routing;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import java.util.ArrayDeque;
import java.util.Arrays;

/** What could flow from one node to another for who knew every balance (Edmonds and Karp, 1972): fees and limits of HTLCs aside. */
final class TrueFlow {
    private final ChannelMap map;
    private final Topology topology;
    private final Trial.Task task;
    /** What each slot's direction can still carry. */
    private final long[] room;
    private final int[] via;

    private TrueFlow(ChannelMap map, HiddenBalances balances, Trial.Task task) {
        this.map = map;
        this.topology = map.topology();
        this.task = task;
        this.room = new long[topology.slots()];
        this.via = new int[topology.nodes()];
        for (int slot = 0; slot < room.length; slot++) room[slot] = map.isUsable(slot) ? balances.msat(slot) : 0;
    }

    /** Whether the task's amount could. */
    static boolean carries(ChannelMap map, HiddenBalances balances, Trial.Task task) {
        return new TrueFlow(map, balances, task).carries();
    }

    private boolean carries() {
        long left = task.amountMsat();
        while (left > 0) {
            if (map.isClosed(task.payee()) || !findsWay()) return false;
            long least = left;
            for (int node = task.payee(); node != task.payer(); node = topology.other(via[node]))
                least = Math.min(least, room[via[node]]);
            for (int node = task.payee(); node != task.payer(); node = topology.other(via[node])) {
                room[via[node]] -= least;
                room[topology.twin(via[node])] += least;
            }
            left -= least;
        }
        return true;
    }

    /** The shortest way with room. */
    private boolean findsWay() {
        Arrays.fill(via, -1);
        var open = new ArrayDeque<Integer>();
        open.add(task.payer());
        while (!open.isEmpty() && via[task.payee()] < 0) {
            int node = open.remove();
            for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++) {
                int to = topology.other(slot);
                int out = topology.twin(slot);
                if (room[out] <= 0 || to == task.payer() || via[to] >= 0) continue;
                via[to] = out;
                open.add(to);
            }
        }
        return via[task.payee()] >= 0;
    }
}
