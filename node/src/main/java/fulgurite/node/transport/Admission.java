package fulgurite.node.transport;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who may still connect: so many at once, in all and from one address, and from one address so often. What is
 * remembered is bounded, however many addresses there are. Thread-safe.
 */
final class Admission {
    private static final int MOST_REMEMBERED = 20_000;

    /** What an address has taken. @param fullAt the moment (nanoseconds) at which its burst is whole again */
    private record Guest(int open, long fullAt) {}

    private final int connections;
    private final TransportLimits.PerAddress limits;
    private final LongSupplier nanoTime;
    private final Map<String, Guest> guests = new LinkedHashMap<>();
    private int open;

    /** @param nanoTime a clock that never goes back */
    Admission(TransportLimits limits, LongSupplier nanoTime) {
        this.connections = limits.connections();
        this.limits = limits.perAddress();
        this.nanoTime = nanoTime;
    }

    /** Takes a place, which {@link #leave} gives back. @return false when there is none for this address now */
    synchronized boolean enter(InetAddress from) {
        if (open >= connections) return false;
        if (isCounted(from)) {
            long now = nanoTime.getAsLong();
            Guest known = guests.getOrDefault(key(from), new Guest(0, now));
            long fullAt = Math.max(known.fullAt(), now) + limits.interval().toNanos();
            if (known.open() >= limits.connections()
                    || fullAt - now > limits.interval().multipliedBy(limits.burst()).toNanos())
                return false;
            guests.remove(key(from));
            guests.put(key(from), new Guest(known.open() + 1, fullAt));
            forget(now);
        }
        open++;
        return true;
    }

    synchronized void leave(InetAddress from) {
        open--;
        guests.computeIfPresent(key(from), (key, guest) -> new Guest(guest.open() - 1, guest.fullAt()));
    }

    synchronized int remembered() {
        return guests.size();
    }

    private boolean isCounted(InetAddress from) {
        return limits.loopback() || !from.isLoopbackAddress();
    }

    /** The eldest first: those of nobody who is here, when nothing is lost by it or when there are too many. */
    private void forget(long now) {
        Iterator<Guest> eldest = guests.values().iterator();
        while (eldest.hasNext()) {
            Guest guest = eldest.next();
            boolean over = guests.size() > MOST_REMEMBERED;
            if (guest.open() > 0 && over) continue;
            if (guest.open() > 0 || guest.fullAt() > now && !over) return;
            eldest.remove();
        }
    }

    private static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Arrays.toString(bytes.length > 8 ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
