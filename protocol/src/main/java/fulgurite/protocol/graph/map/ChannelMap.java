package fulgurite.protocol.graph.map;

import fulgurite.protocol.units.Satoshi;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * The network at one moment: a {@link Topology} and the terms of each direction. Immutable, so that any number of
 * path-finders read it without locks.
 *
 * <p>Design. A slot's terms are four longs, half a cache line: fees, minimum, maximum, and the rest packed. They lie in
 * pages of {@value #PAGE_SLOTS} slots; a map with new terms copies the pages that it changes and shares the others.
 */
public final class ChannelMap {
    public static final ChannelMap EMPTY = new ChannelMap(Topology.EMPTY, new long[0][],
            new BitSet());
    /** Beyond all bitcoin; a limit that stands for none. */
    public static final long ANY_AMOUNT = Long.MAX_VALUE;
    static final int PAGE_BITS = 7;
    static final int PAGE_SLOTS = 1 << PAGE_BITS;
    static final int WIDTH = 4;
    private static final int OFFSET = PAGE_SLOTS - 1;
    private static final long USABLE = 1L << 63;
    private static final int CAPACITY_BITS = 44;
    private static final long MAX_CAPACITY = (1L << CAPACITY_BITS) - 1;

    private final Topology topology;
    private final long[][] pages;
    /** Nodes that payments may neither pass nor reach. */
    private final BitSet closed;

    /**
     * The terms of one direction in plain numbers, amounts in millisatoshi.
     *
     * @param feeMillionths 0..2^32-1, as {@code feeBaseMsat}
     * @param usable whether payments may pass at all
     */
    public record Terms(boolean usable, long feeBaseMsat, long feeMillionths, int cltvDelta, long minMsat,
            long maxMsat, long capacitySat) {
        /** A direction of which nothing was told. */
        public static Terms none(Satoshi capacity) {
            return new Terms(false, 0, 0, 0, 0, 0, capacity.sat());
        }
    }

    /** New terms of one slot. */
    public record Change(int slot, Terms terms) {}

    /** @param closed whether payments may neither pass nor reach the node */
    public record NodeChange(int node, boolean closed) {}

    private ChannelMap(Topology topology, long[][] pages, BitSet closed) {
        this.topology = topology;
        this.pages = pages;
        this.closed = closed;
    }

    /** @param terms of each slot; @param isClosed which nodes payments may neither pass nor reach */
    public static ChannelMap of(Topology topology, IntFunction<Terms> terms, IntPredicate isClosed) {
        long[][] pages = new long[(topology.slots() + OFFSET) >>> PAGE_BITS][];
        for (int page = 0; page < pages.length; page++)
            pages[page] = new long[Math.min(PAGE_SLOTS, topology.slots() - (page << PAGE_BITS)) * WIDTH];
        for (int slot = 0; slot < topology.slots(); slot++) put(pages[slot >>> PAGE_BITS], slot, terms.apply(slot));
        var closed = new BitSet();
        for (int node = 0; node < topology.nodes(); node++) if (isClosed.test(node)) closed.set(node);
        return new ChannelMap(topology, pages, closed);
    }

    /** This map with other terms in some slots; all else is shared with this one. */
    public ChannelMap with(List<Change> changes, List<NodeChange> nodeChanges) {
        long[][] next = pages.clone();
        for (Change change : changes) {
            int page = change.slot() >>> PAGE_BITS;
            if (next[page] == pages[page]) next[page] = pages[page].clone();
            put(next[page], change.slot(), change.terms());
        }
        return new ChannelMap(topology, next, changed(nodeChanges));
    }

    private BitSet changed(List<NodeChange> changes) {
        BitSet next = closed;
        for (NodeChange change : changes) {
            if (next.get(change.node()) == change.closed()) continue;
            if (next == closed) next = (BitSet) closed.clone();
            next.set(change.node(), change.closed());
        }
        return next;
    }

    public boolean isClosed(int node) {
        return closed.get(node);
    }

    private static void put(long[] page, int slot, Terms terms) {
        if (terms.feeBaseMsat() >>> 32 != 0 || terms.feeMillionths() >>> 32 != 0 || terms.cltvDelta() >>> 16 != 0)
            throw new IllegalArgumentException("terms out of range: " + terms);
        int at = (slot & OFFSET) * WIDTH;
        page[at] = terms.feeBaseMsat() << 32 | terms.feeMillionths();
        page[at + 1] = terms.minMsat();
        page[at + 2] = terms.maxMsat();
        page[at + 3] = (terms.usable() ? USABLE : 0) | (long) terms.cltvDelta() << CAPACITY_BITS
                | Math.min(terms.capacitySat(), MAX_CAPACITY);
    }

    public Topology topology() {
        return topology;
    }

    public Terms terms(int slot) {
        return new Terms(isUsable(slot), feeBaseMsat(slot), feeMillionths(slot), cltvDelta(slot), minMsat(slot),
                maxMsat(slot), capacitySat(slot));
    }

    public boolean isUsable(int slot) {
        return word(slot, 3) < 0;
    }

    public long feeBaseMsat(int slot) {
        return word(slot, 0) >>> 32;
    }

    public long feeMillionths(int slot) {
        return word(slot, 0) & 0xffff_ffffL;
    }

    public int cltvDelta(int slot) {
        return (int) (word(slot, 3) >>> CAPACITY_BITS) & 0xffff;
    }

    public long minMsat(int slot) {
        return word(slot, 1);
    }

    public long maxMsat(int slot) {
        return word(slot, 2);
    }

    public long capacitySat(int slot) {
        return word(slot, 3) & MAX_CAPACITY;
    }

    private long word(int slot, int which) {
        return pages[slot >>> PAGE_BITS][(slot & OFFSET) * WIDTH + which];
    }

    /** Whether both hold the same terms of the same channels. */
    public boolean sameAs(ChannelMap other) {
        return this == other
                || topology.sameAs(other.topology) && closed.equals(other.closed)
                        && Arrays.deepEquals(pages, other.pages);
    }

    /** Equal for maps that are the {@link #sameAs same}. */
    long fingerprint() {
        long print = topology.channels();
        for (long[] page : pages) print = 31 * print + Arrays.hashCode(page);
        return print;
    }

    /** How many pages of terms two maps have in common. */
    int sharedPages(ChannelMap other) {
        int shared = 0;
        for (int page = 0; page < Math.min(pages.length, other.pages.length); page++)
            if (pages[page] == other.pages[page]) shared++;
        return shared;
    }

    int pages() {
        return pages.length;
    }

    /** Bytes of the arrays, those of the topology too. */
    public long bytes() {
        long sum = topology.bytes() + 4L * pages.length;
        for (long[] page : pages) sum += 16 + 8L * page.length;
        return sum;
    }
}
