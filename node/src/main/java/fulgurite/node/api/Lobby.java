package fulgurite.node.api;

import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Connections that have not shown a right yet. There is room for some: when one more comes, the one that has been there
 * longest is hung up on. So whoever takes connections and says nothing takes no place that others need, and whoever asks
 * at once is heard. Thread-safe.
 */
final class Lobby {
    private final int most;
    private final Set<Guest> waiting = new LinkedHashSet<>();

    /** @param most that may be in it */
    Lobby(int most) {
        this.most = most;
    }

    /** One connection. */
    final class Guest {
        private final SharedKillSwitch line = KillSwitches.shared("line");

        /** Ends the connection when it is used as a stage of its flow. */
        SharedKillSwitch line() {
            return line;
        }

        /** It has shown a right, or is over: it takes no place here any more. */
        void leave() {
            synchronized (waiting) {
                waiting.remove(this);
            }
        }
    }

    Guest enter() {
        var guest = new Guest();
        synchronized (waiting) {
            waiting.add(guest);
            if (waiting.size() > most) {
                Guest oldest = waiting.iterator().next();
                waiting.remove(oldest);
                oldest.line.shutdown();
            }
        }
        return guest;
    }
}
