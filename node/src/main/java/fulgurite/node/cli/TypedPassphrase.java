package fulgurite.node.cli;

import fulgurite.node.NodeStartException;
import fulgurite.node.file.FileTrouble;
import fulgurite.node.seed.Passphrase;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The passphrase of a seed as an operator gives it: in a file (its first line), else in the environment, else at the
 * terminal if there is one.
 *
 * @param file empty: none
 * @param environment what {@link #VARIABLE} says; empty: it is not set
 */
record TypedPassphrase(Optional<Path> file, Optional<String> environment, Asking asking) implements Passphrase {
    static final String VARIABLE = "FULGURITE_PASSPHRASE";
    private static final String TO_OPEN = "The seed's passphrase: ";

    /** When the terminal is asked. */
    enum Asking {
        /** For a seed that is encrypted. */
        TO_OPEN,
        /** For a new seed too, twice; nothing typed: it is kept in clear. */
        ALWAYS
    }

    static TypedPassphrase of(@Nullable Path file, Asking asking) {
        return new TypedPassphrase(Optional.ofNullable(file),
                Optional.ofNullable(System.getenv(VARIABLE)).filter(text -> !text.isEmpty()), asking);
    }

    @Override
    public Optional<String> toOpen() {
        return written().or(() -> console().flatMap(console -> read(console, TO_OPEN)));
    }

    @Override
    public Optional<String> toSeal() {
        if (written().isPresent() || asking == Asking.TO_OPEN) return written();
        return console().flatMap(console -> {
            Optional<String> first = read(console, "A passphrase for the seed, or nothing to keep it in clear: ");
            if (first.isPresent() && !first.equals(read(console, "The same once more: ")))
                throw new NodeStartException("the two passphrases differ: nothing was written");
            return first;
        });
    }

    private Optional<String> written() {
        return file.map(TypedPassphrase::firstLine).or(() -> environment);
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file)
                    .lines()
                    .findFirst()
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> new NodeStartException("there is no passphrase in " + file));
        } catch (IOException e) {
            throw new NodeStartException("cannot read the passphrase's file " + FileTrouble.of(file, e));
        }
    }

    /** From Java 22 on there is a console without a terminal too. */
    private static Optional<Console> console() {
        Optional<Console> console = Optional.ofNullable(System.console());
        try {
            var isTerminal = Console.class.getMethod("isTerminal");
            return console.filter(found -> {
                try {
                    return (boolean) isTerminal.invoke(found);
                } catch (ReflectiveOperationException e) {
                    return false;
                }
            });
        } catch (NoSuchMethodException e) {
            return console;
        }
    }

    private static Optional<String> read(Console console, String prompt) {
        char @Nullable [] typed = console.readPassword("%s", prompt);
        if (typed == null || typed.length == 0) return Optional.empty();
        String passphrase = new String(typed);
        Arrays.fill(typed, ' ');
        return Optional.of(passphrase);
    }

    @Override
    public String toString() {
        return "TypedPassphrase(hidden)";
    }
}
