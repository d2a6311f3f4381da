package fulgurite.simulator.world;

import fulgurite.node.payment.IncomingGate;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.simulator.engine.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A payee that does not always answer at once. What it has decided for a payment it keeps to, also after a crash: the
 * node is told of the HTLC again then, and so is the desk.
 */
final class Desk implements IncomingGate {
    private final EventLoop loop;
    private final Deque<Optional<Duration>> moods = new ArrayDeque<>();
    /** Until when a payment waits or waited, in nanoseconds of virtual time; for ever when it is the greatest number. */
    private final SortedMap<PaymentHash, Long> kept = new TreeMap<>();
    private int held;

    Desk(EventLoop loop) {
        this.loop = loop;
    }

    /** The next payment that arrives waits so long; empty: for ever. */
    void holdNext(Optional<Duration> how) {
        moods.add(how);
    }

    /** From now on every new payment is answered at once; those that wait go on waiting. */
    void holdNoMore() {
        moods.clear();
    }

    /** Payments that were held so far. */
    int held() {
        return held;
    }

    @Override
    public void arrived(Arrival.ForUs arrival, Runnable pass) {
        PaymentHash hash = arrival.htlc().paymentHash();
        long until = kept.computeIfAbsent(hash, first -> decide());
        if (until == Long.MAX_VALUE) return;
        if (until <= loop.now()) pass.run();
        else loop.schedule(Duration.ofNanos(until - loop.now()), pass);
    }

    private long decide() {
        if (moods.isEmpty()) return loop.now();
        held++;
        return moods.remove().map(time -> loop.now() + time.toNanos()).orElse(Long.MAX_VALUE);
    }
}
