package fulgurite.protocol.channel;

import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far the shutdown has come.
 *
 * @param ours whether we began, and did not just answer the peer
 * @param localScript that we want to be paid to: present once we have decided to shut down
 * @param sent whether our shutdown message went out: it waits until nothing of ours is uncommitted
 * @param remoteScript that the peer wants to be paid to, by its latest shutdown or closing_complete
 * @param earlierRemoteScripts that it wanted before: a closing transaction that pays one of them may still confirm
 * @bolt 2, Closing Initiation: shutdown
 */
public record ShutdownStatus(
        boolean ours, Optional<Bytes> localScript, boolean sent, Optional<Bytes> remoteScript,
        List<Bytes> earlierRemoteScripts) {
    static final ShutdownStatus NONE = new ShutdownStatus(false, Optional.empty(), false, Optional.empty(), List.of());

    public ShutdownStatus {
        earlierRemoteScripts = List.copyOf(earlierRemoteScripts);
    }

    ShutdownStatus requested(Bytes script) {
        return new ShutdownStatus(remoteScript.isEmpty(), Optional.of(script), sent, remoteScript,
                earlierRemoteScripts);
    }

    ShutdownStatus withSent() {
        return new ShutdownStatus(ours, localScript, true, remoteScript, earlierRemoteScripts);
    }

    ShutdownStatus received(Bytes script) {
        var earlier = new ArrayList<>(earlierRemoteScripts);
        remoteScript.filter(before -> !before.equals(script) && !earlier.contains(before)).ifPresent(earlier::add);
        return new ShutdownStatus(ours, localScript, sent, Optional.of(script), earlier);
    }

    /** Whether new HTLCs may still be offered. */
    public boolean allowsAdding() {
        return localScript.isEmpty() && remoteScript.isEmpty();
    }

    public boolean isComplete() {
        return sent && remoteScript.isPresent();
    }

    /** Whether a closing transaction of this channel may pay that script. */
    public boolean mayPay(Bytes script) {
        return localScript.equals(Optional.of(script)) || remoteScript.equals(Optional.of(script))
                || earlierRemoteScripts.contains(script);
    }
}
