package fulgurite.protocol.channel;

import fulgurite.protocol.units.Bytes;
import java.util.Optional;

/**
 * How far the shutdown has come.
 *
 * @param localScript that we want to be paid to: present once we have decided to shut down
 * @param sent whether our shutdown message went out: it waits until nothing of ours is uncommitted
 * @param remoteScript of the peer's shutdown message
 * @bolt 2, Closing Initiation: shutdown
 */
public record ShutdownStatus(Optional<Bytes> localScript, boolean sent, Optional<Bytes> remoteScript) {
    static final ShutdownStatus NONE = new ShutdownStatus(Optional.empty(), false, Optional.empty());

    ShutdownStatus requested(Bytes script) {
        return new ShutdownStatus(Optional.of(script), sent, remoteScript);
    }

    ShutdownStatus withSent() {
        return new ShutdownStatus(localScript, true, remoteScript);
    }

    ShutdownStatus received(Bytes script) {
        return new ShutdownStatus(localScript, sent, Optional.of(script));
    }

    /** Whether new HTLCs may still be offered. */
    public boolean allowsAdding() {
        return localScript.isEmpty() && remoteScript.isEmpty();
    }

    public boolean isComplete() {
        return sent && remoteScript.isPresent();
    }
}
