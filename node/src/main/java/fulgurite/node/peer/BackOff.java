package fulgurite.node.peer;

import fulgurite.protocol.units.Bytes32;
import java.time.Duration;

/** How long to wait before dialling again. */
final class BackOff {
    private static final int MOST_DOUBLINGS = 20;

    private BackOff() {}

    /**
     * Twice as long for each failure, up to the cap; then between half and all of that, so that peers which lost each
     * other at one moment do not dial at one moment.
     *
     * @param failures in a row, 0 and up
     * @param random decides within the range
     */
    static Duration pause(PeerSettings.Timing timing, int failures, Bytes32 random) {
        long doubled = timing.firstRetry().toMillis() << Math.min(failures, MOST_DOUBLINGS);
        long full = Math.min(doubled, timing.longestRetry().toMillis());
        int fraction = random.bytes().unsigned(0) << 8 | random.bytes().unsigned(1);
        return Duration.ofMillis(full / 2 + full * fraction / (2 * 65_535));
    }
}
