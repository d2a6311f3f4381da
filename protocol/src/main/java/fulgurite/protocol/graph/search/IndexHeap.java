package fulgurite.protocol.graph.search;

import java.util.Arrays;

/**
 * A queue of small numbers by a long key, the least first: a heap with four children a node, whose siblings share a cache
 * line. Equal keys come out in an order that depends on the history of calls only. Not thread-safe; kept between searches.
 */
final class IndexHeap {
    private long[] keys = new long[1024];
    private int[] items = new int[1024];
    private int size;

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** {@link Long#MAX_VALUE} when it is empty. */
    long leastKey() {
        return size == 0 ? Long.MAX_VALUE : keys[0];
    }

    void add(long key, int item) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            items = Arrays.copyOf(items, 2 * size);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 2;
            if (keys[parent] <= key) break;
            keys[at] = keys[parent];
            items[at] = items[parent];
            at = parent;
        }
        keys[at] = key;
        items[at] = item;
    }

    /** The item with the least key. The heap is not empty. */
    int remove() {
        int removed = items[0];
        long key = keys[--size];
        int item = items[size];
        int at = 0;
        for (int child = 1; child < size; child = 4 * at + 1) {
            int least = child;
            int end = Math.min(child + 4, size);
            for (int other = child + 1; other < end; other++) if (keys[other] < keys[least]) least = other;
            if (keys[least] >= key) break;
            keys[at] = keys[least];
            items[at] = items[least];
            at = least;
        }
        keys[at] = key;
        items[at] = item;
        return removed;
    }
}
