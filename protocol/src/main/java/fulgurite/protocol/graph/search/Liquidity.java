package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Timestamp;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What attempts have taught about the balances of other nodes' channels: for each channel bounds between which its balance
 * lies, which move back to nothing known with time; and what our own payments hold there now. Immutable: what was learned
 * is another value that shares most of its pages with the one before.
 *
 * <p>Design. A channel's balance is node 1's; what node 2 can send is the capacity less it. So one attempt tells about both
 * directions. Half of what a bound says is gone after {@link #HALF_LIFE_MS}, linearly in between.
 */
public final class Liquidity {
    /** Balances of busy channels change within hours; of most, within days. */
    public static final long HALF_LIFE_MS = 6 * 60 * 60 * 1000L;
    private static final int PAGE_BITS = 6;
    private static final int OFFSET = (1 << PAGE_BITS) - 1;
    private static final int WIDTH = 6;
    private static final int LEAST = 0;
    private static final int LEAST_AT = 1;
    /** What the balance lacks of the capacity at least. */
    private static final int LACK = 2;
    private static final int LACK_AT = 3;
    /** Held by our own HTLCs from node 1 to node 2; the next one the other way. */
    private static final int HELD = 4;

    private final Topology topology;
    private final @Nullable long[][] pages;

    private Liquidity(Topology topology, @Nullable long[][] pages) {
        this.topology = topology;
        this.pages = pages;
    }

    /** Nothing known. */
    public static Liquidity unknown(Topology topology) {
        return new Liquidity(topology, new long[(topology.channels() + OFFSET) >>> PAGE_BITS][]);
    }

    public Topology topology() {
        return topology;
    }

    /** The same knowledge on another topology; that of channels which are not there is dropped. */
    public Liquidity on(Topology next) {
        if (next == topology) return this;
        Liquidity moved = unknown(next);
        for (int channel = 0; channel < topology.channels(); channel++) {
            if (pages[channel >>> PAGE_BITS] == null) {
                channel |= OFFSET;
                continue;
            }
            OptionalInt there = next.indexOf(topology.channel(channel));
            if (there.isEmpty()) continue;
            for (int what = 0; what < WIDTH; what++)
                if (word(channel, what) != 0)
                    moved.writable(there.getAsInt())[at(there.getAsInt()) + what] = word(
                            channel, what);
        }
        return moved;
    }

    /** The slot's direction had at least this to send, beside what is held there, and still has. */
    public Liquidity passed(int slot, MilliSatoshi amount, long capacityMsat, Timestamp now) {
        int channel = topology.channelOf(slot);
        long had = amount.msat() + heldMsat(slot);
        return isFromNode1(slot)
                ? bounded(slot, Math.max(least(channel, now), had), lack(channel, now), now, capacityMsat)
                : bounded(slot, Math.min(least(channel, now), Math.max(0, capacityMsat - had)),
                        Math.max(lack(channel, now), had), now, capacityMsat);
    }

    /** The slot's direction could not send this beside what is held there. */
    public Liquidity failed(int slot, MilliSatoshi amount, long capacityMsat, Timestamp now) {
        int channel = topology.channelOf(slot);
        long wanted = amount.msat() + heldMsat(slot);
        long lacking = Math.max(0, capacityMsat - wanted);
        long below = Math.max(0, wanted - 1);
        return isFromNode1(slot)
                ? bounded(slot, Math.min(least(channel, now), below), Math.max(lack(channel, now), lacking), now,
                        capacityMsat)
                : bounded(slot, Math.max(least(channel, now), lacking), Math.min(lack(channel, now), below), now,
                        capacityMsat);
    }

    /** The amount went over in the slot's direction, for good. */
    public Liquidity settled(int slot, MilliSatoshi amount, long capacityMsat, Timestamp now) {
        int channel = topology.channelOf(slot);
        long moved = isFromNode1(slot) ? amount.msat() : -amount.msat();
        return bounded(slot, least(channel, now) - moved, lack(channel, now) + moved, now, capacityMsat);
    }

    private Liquidity bounded(int slot, long least, long lack, Timestamp now, long capacity) {
        int channel = topology.channelOf(slot);
        long low = Math.clamp(least, 0, capacity);
        // What was seen last is true; the older bound gives way to it.
        long missing = Math.clamp(lack, 0, Math.max(0, capacity - low - 1));
        Liquidity next = copied(channel);
        long[] page = next.writable(channel);
        page[at(channel) + LEAST] = low;
        page[at(channel) + LEAST_AT] = now.epochMillis();
        page[at(channel) + LACK] = missing;
        page[at(channel) + LACK_AT] = now.epochMillis();
        return next;
    }

    /** Our own HTLC is on its way there; a negative amount takes it back. */
    public Liquidity holding(int slot, long amountMsat) {
        int channel = topology.channelOf(slot);
        Liquidity next = copied(channel);
        next.writable(channel)[at(channel) + HELD + (isFromNode1(slot) ? 0 : 1)] += amountMsat;
        return next;
    }

    private Liquidity copied(int channel) {
        @Nullable
        long[][] copy = pages.clone();
        long[] page = copy[channel >>> PAGE_BITS];
        if (page != null) copy[channel >>> PAGE_BITS] = page.clone();
        return new Liquidity(topology, copy);
    }

    private long[] writable(int channel) {
        long[] page = pages[channel >>> PAGE_BITS];
        if (page != null) return page;
        long[] fresh = new long[WIDTH << PAGE_BITS];
        pages[channel >>> PAGE_BITS] = fresh;
        return fresh;
    }

    private static int at(int channel) {
        return (channel & OFFSET) * WIDTH;
    }

    private boolean isFromNode1(int slot) {
        return topology.slotFromNode1(topology.channelOf(slot)) == slot;
    }

    private long word(int channel, int what) {
        long[] page = pages[channel >>> PAGE_BITS];
        return page == null ? 0 : page[at(channel) + what];
    }

    /** Whether nothing is known of any channel near this one: a quick look before the others. */
    boolean isBlank(int channel) {
        return pages[channel >>> PAGE_BITS] == null;
    }

    /** What the direction can send at least. */
    public long leastMsat(int slot, Timestamp now) {
        int channel = topology.channelOf(slot);
        return isFromNode1(slot) ? least(channel, now) : lack(channel, now);
    }

    /** What the direction cannot send any more, at most the capacity and one. */
    public long mostMsat(int slot, long capacityMsat, Timestamp now) {
        int channel = topology.channelOf(slot);
        long lacking = isFromNode1(slot) ? lack(channel, now) : least(channel, now);
        return lacking == 0 ? capacityMsat + 1 : capacityMsat - lacking;
    }

    /** What our own payments hold in the slot's direction. */
    public long heldMsat(int slot) {
        return word(topology.channelOf(slot), HELD + (isFromNode1(slot) ? 0 : 1));
    }

    private long least(int channel, Timestamp now) {
        return faded(word(channel, LEAST), now.epochMillis() - word(channel, LEAST_AT));
    }

    private long lack(int channel, Timestamp now) {
        return faded(word(channel, LACK), now.epochMillis() - word(channel, LACK_AT));
    }

    private static long faded(long amount, long ageMs) {
        if (amount == 0 || ageMs <= 0) return amount;
        long halvings = ageMs / HALF_LIFE_MS;
        if (halvings >= 62) return 0;
        double rest = (double) (ageMs % HALF_LIFE_MS) / HALF_LIFE_MS;
        return (long) ((amount >> halvings) * (1 - rest / 2));
    }

    /** How many channels something is known of. */
    public int known() {
        int known = 0;
        for (int channel = 0; channel < topology.channels(); channel++)
            if (word(channel, LEAST_AT) != 0 || word(channel, LACK_AT) != 0) known++;
        return known;
    }
}
