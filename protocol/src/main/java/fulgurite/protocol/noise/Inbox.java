package fulgurite.protocol.noise;

import fulgurite.protocol.units.Bytes;
import java.util.Arrays;
import java.util.Optional;

/** Bytes of a stream that have come and were not used yet. Grows to the largest frame; mutable, one owner. */
final class Inbox {
    private byte[] buffer = new byte[256];
    private int start;
    private int end;

    void add(Bytes chunk) {
        if (end + chunk.size() > buffer.length) {
            int kept = end - start;
            // Compact first: doubling alone would keep a long stream's used bytes for ever.
            byte[] target = kept + chunk.size() <= buffer.length
                    ? buffer
                    : new byte[Math.max(kept + chunk.size(), 2 * buffer.length)];
            System.arraycopy(buffer, start, target, 0, kept);
            buffer = target;
            start = 0;
            end = kept;
        }
        chunk.copyTo(buffer, end);
        end += chunk.size();
    }

    /** The next {@code count} bytes, when they have all come. */
    Optional<Bytes> take(int count) {
        if (end - start < count) return Optional.empty();
        Bytes taken = Bytes.copyOf(buffer, start, count);
        start += count;
        if (start == end) {
            start = 0;
            end = 0;
        }
        return Optional.of(taken);
    }

    void clear() {
        Arrays.fill(buffer, (byte) 0);
        start = 0;
        end = 0;
    }
}
