package fulgurite.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.backup.BackupException;
import fulgurite.node.backup.BackupFile;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fulgurite cli}: any call of a running node's API, from the shell. */
@Command(name = "cli", mixinStandardHelpOptions = true, description = "Calls a running node: 'cli --node alice help' lists the calls.", footer = {
        "", "Examples:", "  fulgurite cli --node alice channels",
        "  fulgurite cli --node alice invoice amount_msat=25000000 description=coffee",
        "  fulgurite cli --node alice token create shop invoice",
        "  fulgurite cli --node alice --json getbalance", "  fulgurite cli --node alice backup --to alice.backup"})
public final class CliCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(names = "--node", paramLabel = "NAME", description = "The node's alias; may be left out when only one is running.")
    private String node = "";

    @Option(names = "--json", description = "Print the answer as JSON, for machines.")
    private boolean json;

    @Option(names = "--to", paramLabel = "FILE", description = "With 'backup': write it there, in place of printing it.")
    private @Nullable Path to;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "120", description = "How long to wait for the answer (${DEFAULT-VALUE}).")
    private long timeoutSeconds;

    @Parameters(index = "0", paramLabel = "CALL", description = "What to call, such as channels, pay, help.")
    private String method = "";

    @Parameters(index = "1..*", paramLabel = "PARAM", description = "Parameters in order, or as name=value.")
    private List<String> params = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            RunningNodes.RunningNode target = target(RunningNodes.ofThisUser());
            JsonNode answer = new RpcClient(target, Duration.ofSeconds(timeoutSeconds))
                    .call(call(method, params), toParams(arguments(method, params)));
            if (to != null) {
                save(answer, to, out);
                return 0;
            }
            out.print(json
                    ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer) + "\n"
                    : Tables.render(answer));
            out.flush();
            return 0;
        } catch (RpcClient.CallFailed | IllegalArgumentException | BackupException e) {
            err.println("error: " + e.getMessage());
            return 1;
        }
    }

    /** {@code token create NAME RIGHT…}, {@code token list} and {@code token revoke NAME} are words for three calls. */
    static String call(String method, List<String> words) {
        if (!method.equals("token")) return method;
        return switch (words.isEmpty() ? "list" : words.getFirst()) {
            case "list" -> "tokens";
            case "create" -> "newtoken";
            case "revoke" -> "revoketoken";
            default -> throw new IllegalArgumentException(
                    "tokens are dealt with by 'token list', 'token create NAME RIGHT…' and 'token revoke NAME'");
        };
    }

    static List<String> arguments(String method, List<String> words) {
        if (!method.equals("token") || words.isEmpty()) return words;
        List<String> rest = words.subList(1, words.size());
        if (!words.getFirst().equals("create") || rest.size() < 2) return rest;
        return List.of(rest.getFirst(), String.join(",", rest.subList(1, rest.size())));
    }

    private void save(JsonNode answer, Path file, PrintWriter out) {
        if (!answer.hasNonNull("backup"))
            throw new IllegalArgumentException("--to is for 'backup': " + method + " answers no file");
        byte[] backup = Base64.getDecoder().decode(answer.get("backup").asText());
        BackupFile.write(file, Bytes.ofOwned(backup));
        out.println(backup.length + " bytes in " + file);
        out.flush();
    }

    private RunningNodes.RunningNode target(RunningNodes running) throws RpcClient.CallFailed {
        List<String> names = running.names();
        if (!node.isEmpty())
            return running.find(node)
                    .orElseThrow(() -> new RpcClient.CallFailed("no node '" + node + "' is running"
                            + (names.isEmpty()
                                    ? "; start some with 'fulgurite demo'"
                                    : "; running are " + String.join(", ", names))));
        if (names.size() == 1)
            return running.find(names.getFirst())
                    .orElseThrow(
                            () -> new RpcClient.CallFailed("the file of node " + names.getFirst() + " cannot be read"));
        throw new RpcClient.CallFailed(names.isEmpty()
                ? "no node is running; start some with 'fulgurite demo', or one with 'fulgurite node'"
                : "several nodes are running; choose one with --node: " + String.join(", ", names));
    }

    /** {@code name=value} words give an object, plain words an array; the node reads numbers from their digits. */
    static JsonNode toParams(List<String> words) {
        boolean named = !words.isEmpty() && words.stream().allMatch(word -> word.matches("[a-z_0-9]+=.*"));
        if (named) {
            ObjectNode object = JSON.createObjectNode();
            for (String word : words)
                object.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            return object;
        }
        ArrayNode array = JSON.createArrayNode();
        words.forEach(array::add);
        return array;
    }
}
