package fulgurite.node.wallet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;

/**
 * Labels in a file of lines of JSON, as BIP 329 has wallets exchange them. Lines about other things than addresses and
 * transactions are kept as they are.
 */
public final class LabelFile implements Labels {
    /** What it is called in a data directory. */
    public static final String NAME = "labels.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final Labels labels = Labels.inMemory();
    private final StringBuilder others = new StringBuilder();

    /** @throws UncheckedIOException when it cannot be read */
    public LabelFile(Path path) {
        this.path = path;
        if (!Files.exists(path)) return;
        try {
            for (String line : Files.readAllLines(path)) if (!line.isBlank()) read(line);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the labels in " + path, e);
        }
    }

    private void read(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            others.append(line).append('\n');
            return;
        }
        String type = node.path("type").asText();
        if (type.equals("addr") || type.equals("tx"))
            labels.put(new Subject(Kind.valueOf(type.toUpperCase(Locale.ROOT)), node.path("ref").asText()),
                    node.path("label").asText());
        else
            others.append(line).append('\n');
    }

    @Override
    public synchronized SortedMap<Subject, String> all() {
        return labels.all();
    }

    @Override
    public synchronized void put(Subject subject, String label) {
        labels.put(subject, label);
        var text = new StringBuilder(others);
        labels.all().forEach((of, said) -> text.append(line(of, said)).append('\n'));
        try {
            WholeFile.replace(path, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the labels to " + path, e);
        }
    }

    private static ObjectNode line(Subject subject, String label) {
        return JSON.createObjectNode()
                .put("type", subject.kind().name().toLowerCase(Locale.ROOT))
                .put("ref", subject.text())
                .put("label", label);
    }
}
