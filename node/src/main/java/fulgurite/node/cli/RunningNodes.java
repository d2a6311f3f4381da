package fulgurite.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.api.ApiCredentials;
import fulgurite.node.file.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the running nodes of this user can be called: one file a node, readable by its owner alone, in
 * {@code $FULGURITE_HOME/running} (else {@code ~/.fulgurite/running}). A node writes its file when its API is bound
 * and removes it when it stops; a file left by a killed node is harmless.
 */
public final class RunningNodes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path directory;

    public RunningNodes(Path directory) {
        this.directory = directory;
    }

    public static RunningNodes ofThisUser() {
        String home = System.getenv("FULGURITE_HOME");
        Path base = home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".fulgurite")
                : Path.of(home);
        return new RunningNodes(base.resolve("running"));
    }

    /**
     * One node's address and the right to call it.
     *
     * @param certificate that it serves TLS with, when it made that itself
     */
    public record RunningNode(String name, String url, ApiCredentials credentials, Optional<Path> certificate) {}

    public void announce(RunningNode node) {
        ObjectNode content = JSON.createObjectNode();
        content.put("url", node.url());
        content.put("user", node.credentials().user());
        content.put("password", node.credentials().password());
        node.certificate().ifPresent(file -> content.put("certificate", file.toAbsolutePath().toString()));
        try {
            Files.createDirectories(directory);
            SecretFile.replace(file(node.name()), content.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file(node.name()), e);
        }
    }

    /** Removes the node's file, when it still points to {@code url}. */
    public void withdraw(String name, String url) {
        try {
            if (find(name).filter(node -> node.url().equals(url)).isPresent()) Files.deleteIfExists(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file(name), e);
        }
    }

    public Optional<RunningNode> find(String name) {
        Path file = file(name);
        if (!Files.isReadable(file)) return Optional.empty();
        try {
            JsonNode content = JSON.readTree(Files.readString(file));
            return Optional.of(new RunningNode(name, content.path("url").asText(),
                    new ApiCredentials(content.path("user").asText(), content.path("password").asText()),
                    Optional.ofNullable(content.path("certificate").asText(null)).map(Path::of)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public List<String> names() {
        if (!Files.isDirectory(directory)) return List.of();
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private Path file(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,64}"))
            throw new IllegalArgumentException(
                    "a node's name has letters, digits, '.', '_' and '-' only, got '" + name + "'");
        return directory.resolve(name + ".json");
    }
}
