package fulgurite.node.backup;

import fulgurite.node.NodeKeys;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.RegistryActor;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.journal.JournalReader;
import fulgurite.node.journal.JournalStore;
import fulgurite.node.journal.JournalWriter;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Makes a journal of a backup: of each channel a single event, that it was restored. */
public final class Restore {
    /** Channels that were opened after the backup had indices above its own; their keys are never used again. */
    private static final long INDEX_GAP = 100_000;

    private Restore() {}

    /**
     * Fills a data directory that holds the seed and no journal with channels.
     *
     * @param node short name of the node
     * @param atMillis the time now
     * @return the channels that will be asked for
     * @throws BackupException when the backup does not open with these keys, or the directory has channels
     */
    public static ChannelBackup into(Path dataDirectory, NodeKeys keys, String node, Bytes file, long atMillis) {
        ChannelBackup backup = SealedBackup.open(keys.backupKey(), file);
        var store = new JournalStore.H2File(dataDirectory);
        refuseIfUsed(store);
        var events = new LinkedHashMap<String, List<Object>>();
        events.put(RegistryActor.persistenceId(node), registry(keys, backup));
        for (var entry : backup.channels().entrySet())
            events.put(ChannelActor.persistenceId(node, entry.getKey()), List.of(
                    new ChannelEvent.ChannelRestored(entry.getValue().terms(), entry.getValue().funding())));
        JournalWriter.begin(store, events, atMillis);
        BackupFile.write(dataDirectory.resolve(BackupFile.NAME), file);
        return backup;
    }

    private static void refuseIfUsed(JournalStore.H2File store) {
        if (!Files.exists(Path.of(store.file() + ".mv.db"))) return;
        try (JournalReader journal = JournalReader.open(store)) {
            for (JournalReader.Summary entity : journal.list())
                if (entity.persistenceId().startsWith("channel|") || entity.persistenceId().startsWith("registry|"))
                    throw new BackupException("the journal in " + store.dataDirectory() + " is a node's, with "
                            + entity.persistenceId() + ": nothing is overwritten. Give a fresh directory by --data,"
                            + " or move that journal away if it is truly lost");
        }
    }

    private static List<Object> registry(NodeKeys keys, ChannelBackup backup) {
        var events = new ArrayList<Object>();
        backup.addresses()
                .forEach((peer, address) -> events.add(new RegistryEvent.AddressRegistered(peer, address)));
        backup.channels()
                .forEach((index, entry) -> events
                        .add(new RegistryEvent.ChannelRegistered(index, entry.terms().peer(), entry.since())));
        long unused = backup.nextIndex() + INDEX_GAP;
        events.add(new RegistryEvent.ChannelRegistered(unused, keys.nodeId(), new BlockHeight(0)));
        events.add(new RegistryEvent.ChannelArchived(unused));
        return events;
    }
}
