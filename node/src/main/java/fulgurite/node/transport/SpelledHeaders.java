package fulgurite.node.transport;

import akka.actor.ActorSystem;
import akka.http.javadsl.ClientTransport;
import akka.http.javadsl.OutgoingConnection;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * A connection that spells {@code Connection: Upgrade} with a capital letter in the first request: Core Lightning's listener
 * compares the value literally, and Akka HTTP writes it in lower case.
 */
final class SpelledHeaders extends ClientTransport {
    private static final String WRITTEN = "\r\nConnection: upgrade\r\n";
    private static final String WANTED = "\r\nConnection: Upgrade\r\n";

    private final ClientTransport beneath;
    private final SharedKillSwitch socket;

    /** @param socket cuts the connection at any moment */
    SpelledHeaders(ClientTransport beneath, SharedKillSwitch socket) {
        this.beneath = beneath;
        this.socket = socket;
    }

    @Override
    public Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> connectTo(String host, int port,
            ClientConnectionSettings settings, ActorSystem system) {
        var tcp = beneath.connectTo(host, port, settings, system);
        // The request's head is rendered as one element, the first; what follows are frames.
        return Flow.of(ByteString.class)
                .prefixAndTail(1)
                .flatMapConcat(split -> split.second().prepend(Source.from(split.first()).map(SpelledHeaders::respell)))
                .via(socket.flow())
                .viaMat(tcp, (unused, connection) -> connection)
                .via(socket.flow());
    }

    private static ByteString respell(ByteString head) {
        String text = new String(head.toArray(), StandardCharsets.ISO_8859_1);
        return ByteString.fromString(text.replaceFirst("(?i)" + WRITTEN, WANTED), StandardCharsets.ISO_8859_1);
    }
}
