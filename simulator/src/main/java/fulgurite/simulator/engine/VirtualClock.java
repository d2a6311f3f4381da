package fulgurite.simulator.engine;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of day in a simulation: a fixed beginning plus the loop's virtual time. */
final class VirtualClock extends Clock {
    private final EventLoop loop;
    private final Instant beginning;
    private final ZoneId zone;

    VirtualClock(EventLoop loop, Instant beginning) {
        this(loop, beginning, ZoneOffset.UTC);
    }

    private VirtualClock(EventLoop loop, Instant beginning, ZoneId zone) {
        this.loop = loop;
        this.beginning = beginning;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new VirtualClock(loop, beginning, other);
    }

    @Override
    public Instant instant() {
        return beginning.plusNanos(loop.now());
    }
}
