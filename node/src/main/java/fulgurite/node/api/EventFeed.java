package fulgurite.node.api;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ws.Message;
import akka.http.javadsl.model.ws.TextMessage;
import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * What happens in the node, as it happens, one JSON object a WebSocket message. A reader that lets {@link #MOST_WAITING}
 * events pile up is cut off: it has missed something and must look again. So is one whose token has been revoked.
 */
final class EventFeed {
    /** Beside what the connection itself holds. */
    static final int MOST_WAITING = 1000;
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);
    private final ActorSystem<?> system;
    private final Desk desk;

    EventFeed(ActorSystem<?> system, Desk desk) {
        this.system = system;
        this.desk = desk;
    }

    /** The server's side of one reader's connection. What the reader says is drained and means nothing. */
    Flow<Message, Message, NotUsed> flow(Caller caller) {
        var pair = Source.<Message>queue(MOST_WAITING).preMaterialize(system);
        BoundedSourceQueue<Message> queue = pair.first();
        AutoCloseable subscription = desk.node().subscribe(event -> offer(queue, caller, event));
        Source<Message, NotUsed> out = pair.second()
                .watchTermination((used, done) -> {
                    done.whenComplete((ended, failure) -> end(subscription));
                    return used;
                })
                .keepAlive(SIGN_OF_LIFE, () -> TextMessage.create("{\"event\":\"none\"}"))
                // What was waiting is dropped and the line closed, which is all that is to be told of it.
                .recoverWithRetries(1, CancellationException.class, Source::empty);
        Sink<Message, ?> in = Flow.<Message>create()
                .mapAsync(1, message -> message.isText()
                        ? message.asTextMessage().getStreamedText().runWith(Sink.ignore(), system)
                        : message.asBinaryMessage().getStreamedData().runWith(Sink.ignore(), system))
                .to(Sink.ignore());
        return Flow.fromSinkAndSourceCoupled(in, out);
    }

    private void offer(BoundedSourceQueue<Message> queue, Caller caller, NodeService.Event event) {
        if (!desk.tokens().knows(caller)) queue.fail(new CancellationException("the token was revoked"));
        else
            if (queue.offer(TextMessage.create(show(event))) instanceof QueueOfferResult.Dropped$)
                queue.fail(new CancellationException("the reader is too slow"));
    }

    static String show(NodeService.Event event) {
        ObjectNode shown = JsonViews.toJson(event).deepCopy();
        return shown.put("event", word(event)).toString();
    }

    private static String word(NodeService.Event event) {
        return switch (event) {
            case NodeService.ChannelEvent e -> "channel";
            case NodeService.PaymentEvent e -> "payment";
            case NodeService.PeerEvent e -> "peer";
            case NodeService.BlockEvent e -> "block";
        };
    }

    private static void end(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
