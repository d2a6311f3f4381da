package fulgurite.simulator.network;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How a network treats what is sent.
 *
 * @param shortest latency of one message, zero or more
 * @param longest latency, drawn evenly for each message; order on a line is kept all the same
 * @param splitting whether a message may arrive in two pieces, as on a real stream
 */
public record NetworkConditions(Duration shortest, Duration longest, boolean splitting) {
    /** Between neighbours: 20 to 120 ms. */
    public static final NetworkConditions ORDINARY = new NetworkConditions(Duration.ofMillis(20),
            Duration.ofMillis(120), true);

    public NetworkConditions {
        if (shortest.isNegative() || longest.compareTo(shortest) < 0)
            throw new IllegalArgumentException("latency from " + shortest + " to " + longest + " is no range");
    }

    Duration drawLatency(SplittableRandom random) {
        return Duration.ofNanos(random.nextLong(shortest.toNanos(), longest.toNanos() + 1));
    }
}
