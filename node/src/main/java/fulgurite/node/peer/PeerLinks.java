package fulgurite.node.peer;

import akka.actor.typed.ActorRef;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A peer's connections, and why there should be one.
 *
 * @param live the one in use: both inits were said
 * @param dialling one that we dialled and that is not ready, or not open yet
 * @param candidate one that the peer dialled and that is not ready
 * @param address where the peer was found, or is said to be
 * @param announced where it says itself that it listens
 * @param wanted somebody asked for it and it was connected since
 * @param failures in a row, since a link last settled
 * @param seen commands that came through the registry
 */
record PeerLinks(Optional<Live> live, Optional<Dialled> dialling,
        Optional<ActorRef<PeerConnectionActor.Command>> candidate, Optional<PeerAddress> address,
        List<PeerAddress> announced, boolean wanted, int failures, long seen) {
    static final PeerLinks NONE = new PeerLinks(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
            List.of(), false, 0, 0);

    /** @param dialled by us; @param where the line's other end */
    record Live(ActorRef<PeerConnectionActor.Command> connection, boolean dialled, Features theirs, String where) {
        ActorRef<PeerConnectionActor.Send> line() {
            return connection.narrow();
        }
    }

    /** A connection on its way, and where to. @param others where to try next while somebody waits for it */
    record Dialled(ActorRef<PeerConnectionActor.Command> connection, PeerAddress address, List<PeerAddress> others) {}

    /** Where to dial: where it was found, then where it says that it is, one after the other as they fail. */
    Optional<PeerAddress> next() {
        List<PeerAddress> all = Stream.concat(address.stream(), announced.stream()).distinct().toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(failures % all.size()));
    }

    /** Whether {@code fresh} replaces what is live. @param simultaneous whether the live one has only just begun */
    boolean prefers(Live fresh, boolean simultaneous, NodeId us, NodeId them) {
        boolean crossed = simultaneous && live.isPresent() && live.get().dialled() != fresh.dialled();
        return !crossed || fresh.dialled() == (us.compareTo(them) < 0);
    }

    boolean isLive(ActorRef<PeerConnectionActor.Command> connection) {
        return live.isPresent() && live.get().connection().equals(connection);
    }

    boolean isDialling(ActorRef<PeerConnectionActor.Command> connection) {
        return dialling.isPresent() && dialling.get().connection().equals(connection);
    }

    boolean holds(ActorRef<PeerConnectionActor.Command> connection) {
        return connections().contains(connection);
    }

    List<ActorRef<PeerConnectionActor.Command>> connections() {
        return Stream.of(live.map(Live::connection), dialling.map(Dialled::connection), candidate)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether there is nothing to remember. */
    boolean isIdle() {
        return connections().isEmpty() && !wanted && address.isEmpty();
    }

    PeerLinks without(ActorRef<PeerConnectionActor.Command> gone) {
        return new PeerLinks(live.filter(at -> !at.connection().equals(gone)),
                dialling.filter(at -> !at.connection().equals(gone)),
                candidate.filter(at -> !at.equals(gone)), address, announced, wanted, failures, seen);
    }

    PeerLinks withLive(Live connected) {
        return new PeerLinks(Optional.of(connected), dialling, candidate, address, announced, wanted, failures, seen);
    }

    PeerLinks withDialling(Dialled dialled) {
        return new PeerLinks(live, Optional.of(dialled), candidate, address, announced, wanted, failures, seen);
    }

    PeerLinks withCandidate(ActorRef<PeerConnectionActor.Command> accepted) {
        return new PeerLinks(live, dialling, Optional.of(accepted), address, announced, wanted, failures, seen);
    }

    PeerLinks withAddress(Optional<PeerAddress> known) {
        return new PeerLinks(live, dialling, candidate, known, announced, wanted, failures, seen);
    }

    PeerLinks withAnnounced(List<PeerAddress> places) {
        return new PeerLinks(live, dialling, candidate, address, List.copyOf(places), wanted, failures, seen);
    }

    PeerLinks wanted(boolean now) {
        return new PeerLinks(live, dialling, candidate, address, announced, now, failures, seen);
    }

    PeerLinks withFailures(int count) {
        return new PeerLinks(live, dialling, candidate, address, announced, wanted, count, seen);
    }

    PeerLinks counted() {
        return new PeerLinks(live, dialling, candidate, address, announced, wanted, failures, seen + 1);
    }
}
