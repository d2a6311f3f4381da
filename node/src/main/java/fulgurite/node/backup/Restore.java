package fulgurite.node.backup;

import fulgurite.node.NodeKeys;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.RegistryActor;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.journal.JournalPlace;
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
     * Makes a journal with the channels of a backup, where there is none of that node.
     *
     * @param dataDirectory that holds the seed; the backup is kept there too
     * @param node short name of the node
     * @param atMillis the time now
     * @return the channels that will be asked for
     * @throws BackupException when the backup does not open with these keys, or the journal has channels
     * @throws JournalStore.JournalUnavailableException when the journal cannot be written
     */
    public static ChannelBackup into(Path dataDirectory, JournalStore store, NodeKeys keys, String node, Bytes file,
            long atMillis) {
        ChannelBackup backup = SealedBackup.open(keys.backupKey(), file);
        refuseIfUsed(store, node);
        var events = new LinkedHashMap<String, List<Object>>();
        events.put(RegistryActor.persistenceId(node), registry(keys, backup));
        for (var entry : backup.channels().entrySet())
            events.put(ChannelActor.persistenceId(node, entry.getKey()), List.of(
                    new ChannelEvent.ChannelRestored(entry.getValue().terms(), entry.getValue().funding())));
        JournalWriter.begin(store, node, events, atMillis);
        JournalPlace.move(dataDirectory, store);
        BackupFile.write(dataDirectory.resolve(BackupFile.NAME), file);
        return backup;
    }

    /** A file is one node's; a database may have those of several. */
    private static void refuseIfUsed(JournalStore store, String node) {
        switch (store) {
            case JournalStore.InMemory none -> {}
            case JournalStore.H2File file -> {
                if (Files.exists(Path.of(file.file() + ".mv.db")))
                    refuseIfAny(file, List.of("channel|", "registry|"), "in " + file.dataDirectory(),
                            "Give a fresh directory by --data, or move that journal away if it is truly lost");
            }
            case JournalStore.Postgres postgres -> {
                postgres.prepare();
                refuseIfAny(postgres, List.of("channel|" + node + "|", RegistryActor.persistenceId(node)),
                        "in " + postgres.url(), "Name a fresh database by journal.url, or remove the node's rows if its"
                                + " journal is truly lost");
            }
        }
    }

    private static void refuseIfAny(JournalStore store, List<String> prefixes, String where, String advice) {
        try (JournalReader journal = JournalReader.open(store)) {
            for (JournalReader.Summary entity : journal.list())
                if (prefixes.stream().anyMatch(entity.persistenceId()::startsWith))
                    throw new BackupException("the journal " + where + " is a node's, with " + entity.persistenceId()
                            + ": nothing is overwritten. " + advice);
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
