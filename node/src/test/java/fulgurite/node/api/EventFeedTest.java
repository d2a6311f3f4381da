package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.node.journal.SampleValues;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventFeedTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The figures listen as well, always. */
    private static final int FIGURES = 1;
    private static final int MANY = 100_000;
    private final FakeNode node = new FakeNode(3);
    private ActorSystem<Void> system;
    private Tokens tokens;
    private ApiServer.Bound server;

    @BeforeAll
    void serve(@TempDir Path home) {
        system = ActorSystem.create(Behaviors.empty(), "feed");
        tokens = FakeNode.tokens(home);
        server = ApiServer.start(system, new Desk(node.service(), tokens), ApiSettings.local())
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    void stop() {
        server.stop().toCompletableFuture().join();
        system.terminate();
    }

    /** A reader that takes each message, or none. */
    private static final class Reader implements WebSocket.Listener {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final CompletableFuture<String> ended = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();
        private final boolean reads;

        Reader(boolean reads) {
            this.reads = reads;
        }

        @Override
        public void onOpen(WebSocket line) {
            if (reads) line.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket line, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                heard.add(part.toString());
                part.setLength(0);
            }
            line.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket line, int code, String reason) {
            ended.complete("closed " + code);
            return null;
        }

        @Override
        public void onError(WebSocket line, Throwable failure) {
            ended.complete("broken " + failure);
        }
    }

    private WebSocket open(String token, WebSocket.Listener listener) {
        int before = node.listeners();
        WebSocket line = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .connectTimeout(Duration.ofSeconds(20))
                .buildAsync(URI.create(server.at("/v1/events").replace("http", "ws")), listener)
                .join();
        until(() -> node.listeners() > before);
        return line;
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private String token(Scope scope) {
        return tokens.create("test-" + scope + "-" + System.nanoTime(), List.of(scope)).token();
    }

    @Test
    void tells_what_happens_in_order_and_each_kind_by_its_word() throws Exception {
        var reader = new Reader(true);
        WebSocket line = open(token(Scope.READ), reader);
        var samples = new SampleValues(5);
        node.tell(new NodeService.BlockEvent(new BlockHeight(7)));
        for (Class<?> kind : NodeService.Event.class.getPermittedSubclasses())
            node.tell((NodeService.Event) samples.of(kind));

        assertThat(reader.heard.poll(30, TimeUnit.SECONDS)).isEqualTo("{\"block_height\":7,\"event\":\"block\"}");
        for (String word : List.of("channel", "payment", "peer", "block"))
            assertThat(JSON.readTree(reader.heard.poll(30, TimeUnit.SECONDS)).path("event").asText()).isEqualTo(word);
        line.sendClose(WebSocket.NORMAL_CLOSURE, "enough").join();
        until(() -> node.listeners() == FIGURES);
    }

    @Test
    void cuts_a_reader_that_does_not_read_and_serves_the_others() throws Exception {
        var slow = new Reader(false);
        var quick = new Reader(true);
        WebSocket deaf = open(token(Scope.READ), slow);
        WebSocket line = open(token(Scope.READ), quick);
        var large = new NodeService.PeerEvent(NodeId.fromHex("02" + "11".repeat(32)), false,
                Optional.of("a long reason ".repeat(200)));
        int told = 0;
        while (node.listeners() == FIGURES + 2 && told < MANY) {
            // Never more than the quick one can take.
            for (int i = 0; i < EventFeed.MOST_WAITING / 2; i++) node.tell(large);
            told += EventFeed.MOST_WAITING / 2;
            int all = told;
            until(() -> quick.heard.size() == all);
        }

        assertThat(node.listeners()).as("after %s events", told).isEqualTo(FIGURES + 1);
        assertThat(quick.ended).isNotDone();
        deaf.request(MANY);
        assertThat(slow.ended.get(30, TimeUnit.SECONDS)).isNotNull();
        line.abort();
        until(() -> node.listeners() == FIGURES);
    }

    @Test
    void ends_with_the_token() throws Exception {
        var reader = new Reader(true);
        Tokens.NewToken token = tokens.create("for-a-while", List.of(Scope.READ));
        open(token.token(), reader);
        tokens.revoke("for-a-while");
        node.tell(new NodeService.BlockEvent(new BlockHeight(1)));

        assertThat(reader.ended.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(reader.heard).isEmpty();
        until(() -> node.listeners() == FIGURES);
    }

    @Test
    void does_not_open_to_a_token_without_the_right_to_read() {
        String token = token(Scope.PAY);
        assertThatThrownBy(() -> open(token, new Reader(true))).isInstanceOf(CompletionException.class)
                .hasMessageContaining("WebSocketHandshakeException");
    }
}
