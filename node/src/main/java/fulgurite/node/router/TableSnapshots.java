package fulgurite.node.router;

import akka.persistence.typed.SnapshotAdapter;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.TableSnapshot;

/** Keeps routing tables in snapshots as the bytes of {@link TableSnapshot}. */
final class TableSnapshots implements SnapshotAdapter<RoutingTable> {
    @Override
    public Object toJournal(RoutingTable table) {
        return TableSnapshot.write(table);
    }

    @Override
    public RoutingTable fromJournal(Object from) {
        if (from instanceof byte[] bytes) return TableSnapshot.read(bytes);
        throw new IllegalStateException("no snapshot of a routing table: " + from.getClass());
    }
}
