package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The onions that the peer has sent, for as long as they could be sent again: one whose HTLC has expired is refused for
 * that. Kept in chunks, so that adding one copies a chunk, not the archive.
 *
 * @bolt 4, Packet Structure
 */
public record OnionArchive(List<List<Seen>> chunks) {
    public static final OnionArchive EMPTY = new OnionArchive(List.of());
    /** Beyond this a peer's HTLCs are failed until others have expired: 24 MB. */
    public static final int MOST = 500_000;
    private static final int CHUNK = 256;
    private static final int KEY_AT = 2;

    public OnionArchive {
        chunks = List.copyOf(chunks);
    }

    /**
     * An onion of an HTLC.
     *
     * @param high of the first 128 bits of its ephemeral key's x coordinate, as different as its shared secret
     * @param expiry of the HTLC, a height
     */
    public record Seen(long high, long low, long htlcId, long expiry) {}

    /** What is remembered of an onion. @param onion 1366 bytes */
    public static Seen of(long htlcId, Bytes onion, long expiry) {
        return new Seen(number(onion, KEY_AT), number(onion, KEY_AT + Long.BYTES), htlcId, expiry);
    }

    public OnionArchive plus(Seen seen) {
        var next = new ArrayList<>(chunks);
        if (next.isEmpty() || next.getLast().size() >= CHUNK) next.add(List.of(seen));
        else {
            var last = new ArrayList<>(next.removeLast());
            last.add(seen);
            next.add(List.copyOf(last));
        }
        return new OnionArchive(next);
    }

    /** Forgets those whose HTLCs have expired. */
    public OnionArchive without(BlockHeight expiredAt) {
        OnionArchive kept = EMPTY;
        var all = stream().filter(seen -> seen.expiry() > expiredAt.height()).toList();
        var next = new ArrayList<List<Seen>>();
        for (int i = 0; i < all.size(); i += CHUNK) next.add(all.subList(i, Math.min(i + CHUNK, all.size())));
        return all.isEmpty() ? kept : new OnionArchive(next.stream().map(List::copyOf).toList());
    }

    /** How many have expired. */
    public long expired(BlockHeight at) {
        return stream().filter(seen -> seen.expiry() <= at.height()).count();
    }

    public Stream<Seen> stream() {
        return chunks.stream().flatMap(List::stream);
    }

    public int size() {
        int size = 0;
        for (List<Seen> chunk : chunks) size += chunk.size();
        return size;
    }

    private static long number(Bytes onion, int at) {
        long value = 0;
        for (int i = at; i < at + Long.BYTES; i++) value = value << 8 | (i < onion.size() ? onion.unsigned(i) : 0);
        return value;
    }
}
