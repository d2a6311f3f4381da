package fulgurite.node.seed;

import fulgurite.node.file.FileTrouble;
import fulgurite.node.file.SecretFile;
import fulgurite.node.file.WholeFile;
import fulgurite.protocol.crypto.Scrypt;
import fulgurite.protocol.units.Bytes32;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The file of a data directory that keeps the seed, for its owner alone to read. Every method throws a
 * {@link SeedException} when the file cannot be read or written, or is none.
 *
 * @param path of the file, which need not exist
 */
public record SeedFile(Path path) {
    /** What it is called in a data directory. */
    public static final String NAME = "seed";

    public static SeedFile in(Path dataDirectory) {
        return new SeedFile(dataDirectory.resolve(NAME));
    }

    public boolean exists() {
        return Files.exists(path);
    }

    /** Whether it takes a passphrase to read it. */
    public boolean isSealed() {
        return SeedText.isSealed(text());
    }

    /** Whether others than its owner may read or write it; false where a file system does not know of that. */
    public boolean isOpenToOthers() {
        Set<PosixFilePermission> others = EnumSet.complementOf(EnumSet.of(PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (!WholeFile.isPosix(path)) return false;
        try {
            others.retainAll(Files.getPosixFilePermissions(path));
            return !others.isEmpty();
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** The seed. @param passphrase asked only when the file is encrypted */
    public Seed read(Passphrase passphrase) {
        String text = text();
        try {
            if (!SeedText.isSealed(text)) return SeedText.read(text);
            String given = passphrase.toOpen()
                    .orElseThrow(() -> new SeedException("the seed in " + path + " is encrypted: give its passphrase in"
                            + " the file that seed.passphrase-file names, in the environment variable"
                            + " FULGURITE_PASSPHRASE, or at a terminal"));
            return SeedText.open(text, given)
                    .orElseThrow(() -> new SeedException("the passphrase does not open the seed in " + path
                            + ": it is another one, or the file was changed"));
        } catch (IllegalArgumentException e) {
            throw new SeedException("the seed in " + path + " cannot be read: " + e.getMessage()
                    + "; restore the file from its backup, or give another data directory");
        }
    }

    /**
     * Writes a seed where none is. A crash leaves all of it or nothing.
     *
     * @param passphrase empty: it is written in clear
     * @param salt at random
     */
    public void create(Seed seed, Optional<String> passphrase, Bytes32 salt) {
        create(seed, passphrase, salt, SeedText.COST);
    }

    void create(Seed seed, Optional<String> passphrase, Bytes32 salt, Scrypt.Cost cost) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            SecretFile.create(path, text(seed, passphrase, salt, cost));
        } catch (FileAlreadyExistsException e) {
            throw new SeedException("there is a seed in " + path + " already");
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    /** Writes it anew in place of the one that is there: with another passphrase or birth. A crash leaves either. */
    public void replace(Seed seed, Optional<String> passphrase, Bytes32 salt) {
        try {
            SecretFile.replace(path, text(seed, passphrase, salt, SeedText.COST));
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    private static String text(Seed seed, Optional<String> passphrase, Bytes32 salt, Scrypt.Cost cost) {
        return passphrase.map(given -> SeedText.sealed(seed, given, salt, cost))
                .orElseGet(() -> SeedText.clear(seed));
    }

    private String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    private SeedException failed(String what, IOException problem) {
        return new SeedException("cannot " + what + " the seed in " + FileTrouble.of(path, problem));
    }
}
