package fulgurite.simulator.engine;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** Snapshots that live as long as their actor system, like the events of the in-memory journal beside them. */
public final class InMemorySnapshots extends SnapshotStore {
    private final TreeMap<String, List<SelectedSnapshot>> byId = new TreeMap<>();

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        List<SelectedSnapshot> kept = byId.getOrDefault(persistenceId, List.of());
        return FutureConverters.asScala(CompletableFuture.completedFuture(
                kept.reversed().stream().filter(snapshot -> matches(criteria, snapshot.metadata())).findFirst()));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        byId.computeIfAbsent(metadata.persistenceId(), id -> new ArrayList<>())
                .add(SelectedSnapshot.create(metadata, snapshot));
        return done();
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        byId.getOrDefault(metadata.persistenceId(), new ArrayList<>())
                .removeIf(snapshot -> snapshot.metadata().sequenceNr() == metadata.sequenceNr());
        return done();
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        byId.getOrDefault(persistenceId, new ArrayList<>())
                .removeIf(snapshot -> matches(criteria, snapshot.metadata()));
        return done();
    }

    private static Future<Void> done() {
        return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
    }

    /** By sequence number alone: Akka stamps snapshots with the real time, which no simulation may depend on. */
    private static boolean matches(SnapshotSelectionCriteria criteria, SnapshotMetadata metadata) {
        return metadata.sequenceNr() <= criteria.maxSequenceNr() && metadata.sequenceNr() >= criteria.minSequenceNr();
    }
}
