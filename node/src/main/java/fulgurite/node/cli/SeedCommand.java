package fulgurite.node.cli;

import fulgurite.node.NodeKeys;
import fulgurite.node.NodeStartException;
import fulgurite.node.cli.TypedPassphrase.Asking;
import fulgurite.node.file.FileTrouble;
import fulgurite.node.seed.Seed;
import fulgurite.node.seed.SeedException;
import fulgurite.node.seed.SeedFile;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite wallet}: makes and restores the seed of a data directory, and changes its passphrase. */
@Command(name = "wallet", mixinStandardHelpOptions = true, description = "Makes a node's seed, restores one from its words, or changes its passphrase.", footer = {
        "", "The passphrase is read from --passphrase-file, else from FULGURITE_PASSPHRASE, else asked for.", "",
        "Examples:", "  fulgurite wallet create --data alice-data --words 12",
        "  fulgurite wallet restore --data new-data --words-file words.txt --birth-height 850000",
        "  fulgurite wallet passphrase --data alice-data"})
public final class SeedCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a seed in a data directory and shows its words, this once.")
    int create(
            @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory.") Path data,
            @Option(names = "--words", paramLabel = "N", defaultValue = "24", description = "How many words: 12 or 24 (default: 24).") int words,
            @Option(names = "--passphrase-file", paramLabel = "FILE", description = "A file whose first line is the passphrase.") @Nullable Path passphrase) {
        return run(data, file -> {
            if (words != 12 && words != 24) throw new SeedException("a seed has 12 or 24 words, not " + words);
            Seed seed = Seed.fresh(random(), words);
            file.create(seed, TypedPassphrase.of(passphrase, Asking.ALWAYS).toSeal(), random());
            PrintWriter out = spec.commandLine().getOut();
            out.println("Write these words down, in their order. They are all of this node's money, and are not shown"
                    + " again:");
            out.println();
            out.println("  " + seed.words());
            out.println();
            out.println(protection(file));
        });
    }

    @Command(name = "restore", mixinStandardHelpOptions = true, description = "Makes the seed of a data directory from its words: the coins of its addresses come back. For channels, see 'fulgurite restore'.")
    int restore(
            @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory, without a seed.") Path data,
            @Option(names = "--words-file", paramLabel = "FILE", description = "A file with the words; without it they are asked for.") @Nullable Path words,
            @Option(names = "--birth-height", paramLabel = "BLOCK", description = "No older block pays to the seed: from there on its coins are looked for (default: 0).") @Nullable Integer birth,
            @Option(names = "--passphrase-file", paramLabel = "FILE", description = "A file whose first line is the passphrase.") @Nullable Path passphrase) {
        return run(data, file -> {
            if (file.exists()) throw new SeedException("there is a seed in " + file.path() + " already");
            NodeKeys keys = NodeKeys.restored(data, SeedWords.read(Optional.ofNullable(words), spec.commandLine()),
                    Optional.ofNullable(birth).map(BlockHeight::new),
                    TypedPassphrase.of(passphrase, Asking.ALWAYS), SeedCommand::random);
            spec.commandLine().getOut().println("node " + keys.nodeId() + ", coins from block " + keys.birth() + " on");
            spec.commandLine().getOut().println(protection(file));
        });
    }

    @Command(name = "passphrase", mixinStandardHelpOptions = true, description = "Changes the passphrase under which the seed is kept, sets one, or takes it away.")
    int passphrase(
            @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory.") Path data,
            @Option(names = "--passphrase-file", paramLabel = "FILE", description = "A file whose first line is the old passphrase.") @Nullable Path old,
            @Option(names = "--new-passphrase-file", paramLabel = "FILE", description = "A file whose first line is the new passphrase; without it, it is asked for.") @Nullable Path fresh,
            @Option(names = "--none", description = "Keeps the seed in clear from now on.") boolean none) {
        // Nothing is made where there is nothing.
        if (!SeedFile.in(data).exists()) return refused("there is no seed in " + data);
        return run(data, file -> {
            Seed seed = file.read(TypedPassphrase.of(old, Asking.TO_OPEN));
            var typed = new TypedPassphrase(Optional.ofNullable(fresh), Optional.empty(), Asking.ALWAYS);
            Optional<String> next = none ? Optional.empty() : typed.toSeal();
            if (next.isEmpty() && !none)
                throw new SeedException("no new passphrase was given: nothing was changed; --none keeps it in clear");
            file.replace(seed, next, random());
            spec.commandLine().getOut().println(protection(file));
        });
    }

    private static String protection(SeedFile file) {
        return file.isSealed()
                ? "The seed is in " + file.path() + ", encrypted: without its passphrase the words alone bring it back."
                : "The seed is in " + file.path() + ", in clear: whoever reads that file has the money."
                        + " 'fulgurite wallet passphrase' encrypts it.";
    }

    private interface Work {
        void on(SeedFile file) throws IOException;
    }

    private int run(Path data, Work work) {
        try {
            DirectoryLock lock = DirectoryLock.take(data);
            try {
                work.on(SeedFile.in(data));
            } finally {
                lock.close();
            }
            spec.commandLine().getOut().flush();
            return 0;
        } catch (IOException e) {
            return refused(FileTrouble.of(data, e));
        } catch (SeedException | NodeStartException | IllegalArgumentException e) {
            return refused(e.getMessage());
        }
    }

    private int refused(String reason) {
        spec.commandLine().getErr().println("error: " + reason);
        return 1;
    }

    static Bytes32 random() {
        byte[] drawn = new byte[Bytes32.SIZE];
        new SecureRandom().nextBytes(drawn);
        return new Bytes32(Bytes.ofOwned(drawn));
    }
}
