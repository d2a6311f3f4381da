package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.SharedMaps;
import java.util.Arrays;

/**
 * The memory of searches, kept between them: what a search left behind is told from what this one wrote by a stamp, so
 * that nothing needs to be cleared. Not thread-safe: each thread that searches has its own.
 */
public final class SearchSpace {
    static final int BLOCKED = 1;
    static final int TARGET = 2;
    static final int SETTLED = 4;
    /** A destination that is not paid by each of its channels: some carry no less than what is more than wanted. */
    static final int PICKY = 8;

    /** Which search last wrote a node's entries. */
    int[] stamp = new int[0];
    int[] flags = new int[0];
    /** The least cost from the source, and the edge by which it is reached. */
    long[] distance = new long[0];
    int[] via = new int[0];
    /** The newest of the node's labels, and how many it has. */
    int[] label = new int[0];
    int[] labelCount = new int[0];
    /** The first of the request's own edges into the node, and out of it. */
    int[] extraInto = new int[0];
    int[] extraOutOf = new int[0];
    int[] blockedSlots = new int[0];
    int search;

    private final SharedMaps maps = new SharedMaps();
    final IndexHeap forward = new IndexHeap();
    final IndexHeap backward = new IndexHeap();
    final Labels labels = new Labels();

    /** An equal map that a finder of this thread has searched before, or this one: nodes that share a thread share maps. */
    public ChannelMap shared(ChannelMap map) {
        return maps.shared(map);
    }

    void begin(int nodes) {
        if (stamp.length < nodes) grow(nodes + nodes / 8 + 16);
        if (search == Integer.MAX_VALUE) {
            Arrays.fill(stamp, 0);
            Arrays.fill(blockedSlots, 0);
            search = 0;
        }
        search++;
    }

    private void grow(int nodes) {
        stamp = Arrays.copyOf(stamp, nodes);
        flags = Arrays.copyOf(flags, nodes);
        distance = Arrays.copyOf(distance, nodes);
        via = Arrays.copyOf(via, nodes);
        label = Arrays.copyOf(label, nodes);
        labelCount = Arrays.copyOf(labelCount, nodes);
        extraInto = Arrays.copyOf(extraInto, nodes);
        extraOutOf = Arrays.copyOf(extraOutOf, nodes);
    }

    /** Makes a node's entries this search's. */
    void touch(int node) {
        if (stamp[node] == search) return;
        stamp[node] = search;
        flags[node] = 0;
        distance[node] = Costs.UNREACHABLE;
        via[node] = -1;
        label[node] = -1;
        labelCount[node] = 0;
        extraInto[node] = -1;
        extraOutOf[node] = -1;
    }

    /** Forgets what a search found, and keeps what it was asked. */
    void restart(int nodes) {
        forward.clear();
        backward.clear();
        labels.clear();
        for (int node = 0; node < nodes; node++) {
            if (stamp[node] != search) continue;
            flags[node] &= BLOCKED | TARGET;
            distance[node] = Costs.UNREACHABLE;
            via[node] = -1;
            label[node] = -1;
            labelCount[node] = 0;
        }
    }

    boolean is(int node, int flag) {
        return stamp[node] == search && (flags[node] & flag) != 0;
    }

    void mark(int node, int flag) {
        touch(node);
        flags[node] |= flag;
    }

    void blockSlot(int slot, int slots) {
        if (blockedSlots.length < slots) blockedSlots = Arrays.copyOf(blockedSlots, slots);
        blockedSlots[slot] = search;
    }

    boolean isBlockedSlot(int slot) {
        return slot < blockedSlots.length && blockedSlots[slot] == search;
    }
}
