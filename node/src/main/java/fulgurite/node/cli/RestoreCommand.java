package fulgurite.node.cli;

import fulgurite.node.NodeActor;
import fulgurite.node.NodeKeys;
import fulgurite.node.NodeSettings;
import fulgurite.node.NodeStartException;
import fulgurite.node.backup.BackupException;
import fulgurite.node.backup.BackupFile;
import fulgurite.node.backup.ChannelBackup;
import fulgurite.node.backup.Restore;
import fulgurite.node.cli.TypedPassphrase.Asking;
import fulgurite.node.file.FileTrouble;
import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import fulgurite.node.journal.JournalStore;
import fulgurite.node.seed.SeedException;
import fulgurite.node.seed.SeedFile;
import fulgurite.protocol.units.BlockHeight;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite restore}: a data directory from the seed's words and a backup, when the journal is lost. */
@Command(name = "restore", mixinStandardHelpOptions = true, description = "Makes a data directory from the seed and a static backup. The node that is started on it asks the peer of each channel to close it, and takes its balance home.", footer = {
        "", "Channels that were opened after the backup are not in it, and their money is lost: keep it current.", "",
        "Example:", "  fulgurite restore --data alice-data --backup alice.backup --words words.txt",
        "  fulgurite node --alias alice --data alice-data",
        "  fulgurite restore --data alice-data --backup alice.backup --conf alice.conf"})
public final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory: a fresh one, or one that has the seed and no channels.")
    private Path data = Path.of("fulgurite-data");

    @Option(names = "--backup", required = true, paramLabel = "FILE", description = "The backup: channels.backup of the lost data directory, or what 'cli backup' wrote.")
    private Path backup = Path.of(BackupFile.NAME);

    @Option(names = "--words", paramLabel = "FILE", description = "A file with the seed's words; without it they are asked for, unless the directory has its seed.")
    private @Nullable Path words;

    @Option(names = "--birth-height", paramLabel = "BLOCK", description = "No older block pays to the seed: from there on its coins are looked for (default: 0).")
    private @Nullable Integer birth;

    @Option(names = "--passphrase-file", paramLabel = "FILE", description = "A file whose first line is the seed's passphrase; else FULGURITE_PASSPHRASE says it, or it is asked for.")
    private @Nullable Path passphrase;

    @Option(names = "--conf", paramLabel = "FILE", description = "The node's settings: journal.url says where its new journal is to be (default: in the data directory).")
    private @Nullable Path conf;

    @Override
    public Integer call() {
        try {
            DirectoryLock lock = DirectoryLock.take(data);
            try {
                restore(spec.commandLine().getOut());
            } finally {
                lock.close();
            }
            return 0;
        } catch (IOException e) {
            return refused(FileTrouble.of(data, e));
        } catch (BackupException | SeedException | NodeStartException | JournalUnavailableException
                | IllegalArgumentException e) {
            return refused(e.getMessage());
        }
    }

    private int refused(String reason) {
        spec.commandLine().getErr().println("error: " + reason);
        return 1;
    }

    private void restore(PrintWriter out) throws IOException {
        var file = BackupFile.read(backup);
        NodeKeys keys = NodeKeys.restored(data, words(), Optional.ofNullable(birth).map(BlockHeight::new),
                TypedPassphrase.of(passphrase, Asking.ALWAYS), SeedCommand::random);
        ChannelBackup restored = Restore.into(data, journal(), keys, NodeActor.shortName(keys.nodeId()), file,
                Instant.now().toEpochMilli());
        out.println("node " + keys.nodeId() + ": " + restored.channels().size()
                + (restored.channels().size() == 1 ? " channel" : " channels") + " in the backup");
        restored.channels()
                .values()
                .forEach(channel -> out.println("  " + channel.funding() + " with " + channel.terms().peer() + ", "
                        + channel.terms().capacity()));
        out.println("Start the node: it asks each peer to close, and takes its balance home once that confirms.");
        out.flush();
    }

    private JournalStore journal() {
        var given = Map.of("data", SettingSources.option("--data", data.toString()));
        return NodeSettings.of(SettingSources.given(given, Optional.ofNullable(conf), System.getenv()))
                .journal()
                .store(data);
    }

    private String words() throws IOException {
        if (words == null && SeedFile.in(data).exists()) return "";
        return SeedWords.read(Optional.ofNullable(words), spec.commandLine());
    }
}
