package fulgurite.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.api.NodeService.Reason;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.node.file.SecretFile;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The tokens that open the API, each with its rights. A token is {@code fulgurite_ID_SECRET}; of the secret, 256 random
 * bits, only the SHA-256 is kept, in {@code tokens.json} of the data directory, so that whoever reads that file can call
 * nothing. At the first start one token for each right is made and written into {@code tokens/}, for the owner of the
 * directory.
 */
public final class Tokens {
    private static final String FILE = "tokens.json";
    private static final String DIRECTORY = "tokens";
    private static final String PREFIX = "fulgurite_";
    private static final int ID_DIGITS = 8;
    private static final int MOST = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path home;
    private final Supplier<Bytes32> chance;
    private final InstantSource clock;
    private volatile List<Kept> all;

    /** What is kept of a token. */
    private record Kept(String id, String name, List<Scope> scopes, Bytes32 hash, Instant madeAt) {
        Caller caller() {
            return new Caller(id, name, scopes);
        }

        Token view() {
            return new Token(name, scopes, madeAt);
        }
    }

    /** What may be told of a token. */
    public record Token(String name, List<Scope> scopes, Instant madeAt) {}

    /** A token that was made just now. @param token it is never shown again */
    public record NewToken(String name, List<Scope> scopes, String token) {
        @Override
        public String toString() {
            return "NewToken(" + name + ", " + scopes + ", hidden)";
        }
    }

    private Tokens(Path home, Supplier<Bytes32> chance, InstantSource clock, List<Kept> all) {
        this.home = home;
        this.chance = chance;
        this.clock = clock;
        this.all = List.copyOf(all);
    }

    /**
     * Those of a data directory, which at the first start gets some.
     *
     * @param chance 32 random bytes, new ones each time
     * @throws UncheckedIOException when they cannot be read or written
     */
    public static Tokens open(Path home, Supplier<Bytes32> chance, InstantSource clock) {
        try {
            Path file = home.resolve(FILE);
            if (Files.exists(file)) return new Tokens(home, chance, clock, read(JSON.readTree(Files.readString(file))));
            Files.createDirectories(home.resolve(DIRECTORY));
            var tokens = new Tokens(home, chance, clock, List.of());
            for (Scope scope : Scope.values()) tokens.keep(tokens.create(scope.toString(), List.of(scope)));
            return tokens;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A token with all rights, for the shell of the directory's owner: the one in {@code tokens/admin.token}, made anew
     * when that is lost or revoked.
     */
    public synchronized String ofOwner() {
        try {
            Path file = fileOf(Scope.ADMIN.toString());
            String kept = Files.exists(file) ? Files.readString(file).strip() : "";
            if (recognise(kept).filter(caller -> caller.may(Scope.ADMIN)).isPresent()) return kept;
            if (named(Scope.ADMIN.toString()).isPresent()) revoke(Scope.ADMIN.toString());
            NewToken made = create(Scope.ADMIN.toString(), List.of(Scope.ADMIN));
            keep(made);
            return made.token();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path fileOf(String name) {
        return home.resolve(DIRECTORY).resolve(name + ".token");
    }

    private void keep(NewToken made) throws IOException {
        Files.createDirectories(home.resolve(DIRECTORY));
        SecretFile.replace(fileOf(made.name()), made.token() + "\n");
    }

    /** @throws ServiceException when the name is none, or taken, or there is no right among the scopes */
    public synchronized NewToken create(String name, List<Scope> scopes) {
        if (!name.matches("[A-Za-z0-9._-]{1,64}"))
            throw new ServiceException(Reason.BAD_REQUEST,
                    "a token's name has 1 to 64 letters, digits, '.', '_' and '-'");
        if (named(name).isPresent())
            throw new ServiceException(Reason.BAD_REQUEST,
                    "there is a token '" + name + "': revoke it first, or choose another name");
        if (scopes.isEmpty())
            throw new ServiceException(Reason.BAD_REQUEST, "a token needs a right: read, invoice, pay or admin");
        if (all.size() >= MOST)
            throw new ServiceException(Reason.WRONG_STATE, "there are " + MOST + " tokens: revoke some first");
        String id = chance.get().toHex().substring(0, ID_DIGITS);
        String token = PREFIX + id + "_" + chance.get().toHex();
        var next = new ArrayList<>(all);
        next.add(new Kept(id, name, scopes.stream().distinct().sorted().toList(), hash(token), clock.instant()));
        write(next);
        return new NewToken(name, next.getLast().scopes(), token);
    }

    /** From now on the token opens nothing. @throws ServiceException when there is none of that name */
    public synchronized Token revoke(String name) {
        Kept revoked = named(name)
                .orElseThrow(() -> new ServiceException(Reason.NOT_FOUND, "there is no token '" + name + "'"));
        var next = new ArrayList<>(all);
        next.remove(revoked);
        write(next);
        try {
            Files.deleteIfExists(fileOf(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return revoked.view();
    }

    public List<Token> list() {
        return all.stream().map(Kept::view).toList();
    }

    /** Who presents this token. What is compared are hashes: how long it takes tells nothing of the token. */
    Optional<Caller> recognise(String token) {
        Bytes32 hash = hash(token);
        Optional<Caller> found = Optional.empty();
        for (Kept kept : all)
            if (kept.hash().bytes().equalsInConstantTime(hash.bytes())) found = Optional.of(kept.caller());
        return found;
    }

    /** Whether it has not been revoked since. */
    boolean knows(Caller caller) {
        return caller.id().isEmpty() || all.stream().anyMatch(kept -> kept.id().equals(caller.id()));
    }

    private Optional<Kept> named(String name) {
        return all.stream().filter(kept -> kept.name().equals(name)).findFirst();
    }

    private static Bytes32 hash(String token) {
        return Hashes.sha256(Bytes.ofOwned(token.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(List<Kept> next) {
        ArrayNode array = JSON.createArrayNode();
        for (Kept kept : next) {
            ObjectNode one = array.addObject().put("id", kept.id()).put("name", kept.name());
            ArrayNode scopes = one.putArray("scopes");
            kept.scopes().forEach(scope -> scopes.add(scope.toString()));
            one.put("sha256", kept.hash().toHex()).put("made_at", kept.madeAt().toString());
        }
        try {
            Files.createDirectories(home);
            SecretFile.replace(home.resolve(FILE), array.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all = List.copyOf(next);
    }

    private static List<Kept> read(JsonNode array) throws IOException {
        var kept = new ArrayList<Kept>();
        for (JsonNode one : array) {
            var scopes = new ArrayList<Scope>();
            for (JsonNode scope : one.path("scopes"))
                scopes.add(Scope.named(scope.asText())
                        .orElseThrow(() -> new IOException("an unknown right in " + FILE)));
            kept.add(new Kept(one.path("id").asText(), one.path("name").asText(), scopes,
                    Bytes32.fromHex(one.path("sha256").asText()), Instant.parse(one.path("made_at").asText())));
        }
        return kept;
    }
}
