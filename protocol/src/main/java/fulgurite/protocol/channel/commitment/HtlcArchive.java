package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.transactions.CommittedHtlc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The HTLCs that are gone from a channel, seen from us and oldest first: to find their outputs in revoked commitments. It grows for as long as the channel lives,
 * so it is kept in chunks: adding one copies a chunk, not the archive.
 */
public record HtlcArchive(List<List<CommittedHtlc>> chunks) {
    public static final HtlcArchive EMPTY = new HtlcArchive(List.of());
    private static final int CHUNK = 256;

    public HtlcArchive {
        chunks = List.copyOf(chunks);
    }

    public HtlcArchive plus(CommittedHtlc htlc) {
        var next = new ArrayList<>(chunks);
        if (next.isEmpty() || next.getLast().size() == CHUNK) next.add(List.of(htlc));
        else {
            var last = new ArrayList<>(next.removeLast());
            last.add(htlc);
            next.add(List.copyOf(last));
        }
        return new HtlcArchive(next);
    }

    public Stream<CommittedHtlc> stream() {
        return chunks.stream().flatMap(List::stream);
    }

    public int size() {
        return chunks.isEmpty() ? 0 : (chunks.size() - 1) * CHUNK + chunks.getLast().size();
    }
}
