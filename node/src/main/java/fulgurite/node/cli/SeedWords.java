package fulgurite.node.cli;

import fulgurite.node.file.FileTrouble;
import fulgurite.node.seed.SeedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** The words of a seed as an operator gives them. */
final class SeedWords {
    private SeedWords() {}

    /** Of the file, else the line that is typed. */
    static String read(Optional<Path> file, CommandLine to) throws IOException {
        if (file.isPresent()) try {
            return Files.readString(file.get());
        } catch (IOException e) {
            throw new SeedException("cannot read the words in " + FileTrouble.of(file.get(), e));
        }
        to.getErr().println("The seed's words, in one line:");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        return line == null ? "" : line;
    }
}
