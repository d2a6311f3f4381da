package fulgurite.protocol.invoice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One example of BOLT 11 as published: its title, its text, and what its signature breakdown says, where it has one. */
record Bolt11Example(String title, String text, boolean valid, Optional<String> signature, Optional<Integer> recoveryId,
        Optional<String> signedData, Optional<String> digest) {

    static List<Bolt11Example> all() {
        var examples = new ArrayList<Bolt11Example>();
        boolean valid = true;
        var block = new ArrayList<String>();
        for (String line : read().split("\n")) {
            boolean title = line.startsWith("> #");
            if ((title || line.startsWith("# ")) && !block.isEmpty()) {
                examples.add(parse(block, valid));
                block = new ArrayList<>();
            }
            if (line.startsWith("# Examples of Invalid")) valid = false;
            if (title || !block.isEmpty()) block.add(line);
        }
        examples.add(parse(block, valid));
        return examples;
    }

    @Override
    public String toString() {
        return title;
    }

    private static Bolt11Example parse(List<String> block, boolean valid) {
        String title = block.getFirst().replaceFirst("> #+ ", "");
        String text = block.stream()
                .skip(1)
                .map(line -> line.startsWith(">") ? line.substring(1).strip() : line.strip())
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElseThrow();
        return new Bolt11Example(title, text, valid, value(block, "` hex of signature data"),
                value(block, "` (int) recovery flag").map(Integer::valueOf),
                value(block, "` hex of data for signing"), value(block, "` hex of SHA256 of the preimage"));
    }

    private static Optional<String> value(List<String> block, String after) {
        return block.stream()
                .filter(line -> line.contains(after))
                .map(line -> line.substring(line.indexOf('`') + 1, line.indexOf(after)))
                .findFirst();
    }

    private static String read() {
        try (InputStream in = Bolt11Example.class.getResourceAsStream("bolt11-examples.md")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
