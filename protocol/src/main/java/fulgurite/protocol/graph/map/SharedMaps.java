package fulgurite.protocol.graph.map;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets many nodes of one process hold one copy of what they all know: of equal maps the first is kept by all. Maps that
 * nobody else holds are forgotten. Not thread-safe.
 */
public final class SharedMaps {
    private final List<Known> known = new ArrayList<>();

    private record Known(long fingerprint, WeakReference<ChannelMap> map) {}

    /** An equal map that was asked about before, or this one. */
    public ChannelMap shared(ChannelMap map) {
        long fingerprint = map.fingerprint();
        known.removeIf(one -> one.map.get() == null);
        for (Known one : known) {
            ChannelMap other = one.map.get();
            if (one.fingerprint == fingerprint && other != null && other.sameAs(map)) return other;
        }
        known.add(new Known(fingerprint, new WeakReference<>(map)));
        return map;
    }
}
