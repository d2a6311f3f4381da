package fulgurite.node.transport;

import akka.NotUsed;
import akka.http.javadsl.model.ws.BinaryMessage;
import akka.http.javadsl.model.ws.Message;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A line inside a WebSocket: the payloads of its binary frames, joined, are the bytes. Frame borders mean nothing; what
 * is sent together goes out as one unfragmented frame.
 */
final class WebSocketFrames {
    private WebSocketFrames() {}

    static Flow<Message, Message, NotUsed> around(StreamLine line, int largestFrame) {
        return Flow.of(Message.class)
                .flatMapConcat(message -> payload(message, line, largestFrame))
                .via(line.flow())
                .map(BinaryMessage::create);
    }

    private static Source<ByteString, ?> payload(Message message, StreamLine line, int largestFrame) {
        if (message.isText()) {
            line.fault("a text frame came, where BOLT 8 bytes belong in binary frames");
            return Source.empty();
        }
        BinaryMessage binary = message.asBinaryMessage();
        var size = new AtomicInteger();
        Source<ByteString, ?> parts = binary.isStrict()
                ? Source.single(binary.getStrictData())
                : binary.getStreamedData();
        return parts.takeWhile(part -> {
            boolean fits = size.addAndGet(part.size()) <= largestFrame;
            if (!fits) line.fault("a frame of more than " + largestFrame + " bytes came");
            return fits;
        });
    }
}
