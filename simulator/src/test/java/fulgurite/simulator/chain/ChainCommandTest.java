package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.bitcoind.RpcCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ChainCommandTest {
    @Test
    void serves_until_told_to_stop_and_says_how_to_connect(@TempDir Path directory) throws Exception {
        var text = new PipedWriter();
        try (var lines = new BufferedReader(new PipedReader(text))) {
            var exit = CompletableFuture.supplyAsync(() -> new CommandLine(new ChainCommand())
                    .setOut(new PrintWriter(text, true))
                    .execute("--data", directory.toString(), "--port", "0"));
            assertThat(lines.readLine()).contains("height 0").contains(directory.toString());
            Matcher url = Pattern.compile("http://127.0.0.1:\\d+").matcher(lines.readLine());
            assertThat(url.find()).isTrue();
            Path cookie = directory.resolve(".cookie");
            assertThat(call(url.group(), cookie, "getblockcount")).contains("\"result\":0");
            assertThat(call(url.group(), cookie, "stop")).contains("stopping");
            assertThat(exit.join()).isZero();
            assertThat(cookie).doesNotExist();
            assertThat(directory.resolve("chain.dat")).exists();
        }
    }

    @Test
    void a_directory_in_use_is_one_line_and_a_failure(@TempDir Path directory) {
        var errors = new StringWriter();
        try (RegtestChain open = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            open.mine(1);
            int exit = new CommandLine(new ChainCommand()).setErr(new PrintWriter(errors, true))
                    .execute("--data",
                            directory.toString(), "--port", "0");
            assertThat(exit).isEqualTo(1);
        }
        assertThat(errors.toString().lines()).singleElement().asString().contains("in use");
    }

    @Test
    void what_cannot_be_is_said_and_no_exception_is_shown(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertRefused(1, "something else has that name", "--data", file.toString(), "--port", "0");
        assertRefused(1, "Not a directory", "--data", file.resolve("deeper").toString(), "--port", "0");
        assertRefused(2, "--port must be 0 to 65535, got 99999", "--data", directory.toString(), "--port", "99999");
        assertRefused(2, "--block-interval must be 0 or more", "--data", directory.toString(), "--block-interval",
                "-3");
        assertRefused(2, "--feerate must be 0 or more", "--data", directory.toString(), "--feerate", "-1");
    }

    private static void assertRefused(int exit, String reason, String... arguments) {
        var errors = new StringWriter();
        assertThat(new CommandLine(new ChainCommand()).setErr(new PrintWriter(errors, true)).execute(arguments))
                .isEqualTo(exit);
        assertThat(errors.toString().lines().findFirst()).hasValueSatisfying(
                line -> assertThat(line).contains(reason));
        assertThat(errors.toString()).doesNotContain("\tat ");
    }

    private static String call(String url, Path cookie, String method) throws IOException, InterruptedException {
        assertThat(Files.exists(cookie)).isTrue();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", new RpcCredentials.Cookie(cookie).authorization())
                .POST(HttpRequest.BodyPublishers.ofString("{\"method\":\"" + method + "\"}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
