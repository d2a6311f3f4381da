package fulgurite.node.router;

import fulgurite.protocol.graph.GraphCommand;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the router is to decide next, all at once and in one write. */
final class Decisions {
    private final Runnable first;
    private final List<Pending> pending = new ArrayList<>();
    /** Decided, and not known to be written. */
    private final List<Pending> writing = new ArrayList<>();

    /** A command for the table. @param from whose message it is; empty when it is ours */
    record Pending(GraphCommand command, Optional<NodeId> from) {}

    /** @param first run when there is something to decide where there was nothing */
    Decisions(Runnable first) {
        this.first = first;
    }

    /** Of ourselves. */
    void soon(GraphCommand command) {
        soon(command, Optional.empty());
    }

    void soon(GraphCommand command, Optional<NodeId> from) {
        if (pending.isEmpty()) first.run();
        pending.add(new Pending(command, from));
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** All of them, now to be written. */
    List<Pending> take() {
        var all = List.copyOf(pending);
        writing.addAll(all);
        pending.clear();
        return all;
    }

    void written() {
        writing.clear();
    }

    /** The journal was lost, and read back: what is ours is decided again, for nobody else remembers it. */
    void again() {
        List<Pending> ours = writing.stream().filter(one -> one.from().isEmpty()).toList();
        writing.clear();
        if (ours.isEmpty()) return;
        if (pending.isEmpty()) first.run();
        pending.addAll(0, ours);
    }

    /** The time of our newest update for a channel among what is pending; 0: there is none. */
    long newestOwnUpdate(ShortChannelId channel) {
        long newest = 0;
        for (Pending one : pending)
            if (one.command() instanceof GraphCommand.ReceiveChannelUpdate(ChannelUpdate update, var signer)
                    && one.from().isEmpty() && update.shortChannelId().equals(channel))
                newest = Math.max(newest, update.timestamp());
        return newest;
    }
}
