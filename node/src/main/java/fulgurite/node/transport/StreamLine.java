package fulgurite.node.transport;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.ActorAttributes;
import akka.stream.BoundedSourceQueue;
import akka.stream.KillSwitches;
import akka.stream.QueueOfferResult;
import akka.stream.SharedKillSwitch;
import akka.stream.StreamSubscriptionTimeoutTerminationMode;
import akka.stream.javadsl.AsPublisher;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes each way as a line, whatever carries it.
 *
 * <p>Design. Incoming bytes pass a gate (closed until the listener has been given its {@code Opened}), then the
 * listener, then a {@link ReceiveWindow} that pauses the stream, and so in the end TCP, until the listener releases
 * bytes. Outgoing bytes wait in a bounded queue; whatever waits goes out together. The line's end is told once, by the
 * end of the incoming stream alone, so that it is always the last event. What follows a stage of Akka's runs on the actor
 * system: left to itself it would wait for the JVM's common pool, which anybody may block.
 */
final class StreamLine implements Transport.Line {
    private static final int LARGEST_SENT = 1 << 16;
    private final ActorSystem<?> system;
    private final TransportLimits limits;
    private final String description;
    private final SharedKillSwitch socket;
    private final ReceiveWindow window;
    private final BoundedSourceQueue<ByteString> queue;
    private final Source<ByteString, NotUsed> queued;
    private final SharedKillSwitch killSwitch = KillSwitches.shared("line");
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private final CompletableFuture<Consumer<LineEvent>> gate = new CompletableFuture<>();
    private final CompletableFuture<Done> ended = new CompletableFuture<>();

    /** @param socket cuts the TCP connection beneath */
    StreamLine(ActorSystem<?> system, TransportLimits limits, String description, SharedKillSwitch socket) {
        this.system = system;
        this.limits = limits;
        this.description = description;
        this.socket = socket;
        this.window = new ReceiveWindow(limits.receiveWindow());
        // Every element holds a byte or more, so the bound on bytes is reached before the bound on elements. The stream
        // that takes from the queue may begin late: a WebSocket's only when the other side has agreed to it.
        var pair = Source.<ByteString>queue(limits.sendQueue())
                .toMat(Sink.<ByteString>asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.both())
                .withAttributes(ActorAttributes.streamSubscriptionTimeout(limits.idle(),
                        StreamSubscriptionTimeoutTerminationMode.cancel()))
                .run(system);
        this.queue = pair.first();
        this.queued = Source.fromPublisher(pair.second());
    }

    /** Lets events through. Until then nothing is read. */
    void openTo(Consumer<LineEvent> listener) {
        gate.complete(listener);
    }

    /** Completes after the last event. */
    CompletionStage<Done> ended() {
        return ended;
    }

    /** To be run once. */
    Flow<ByteString, ByteString, NotUsed> flow() {
        Sink<ByteString, NotUsed> in = Flow.of(ByteString.class)
                .via(killSwitch.flow())
                .mapAsync(1, this::receive)
                .watchTermination((unused, done) -> {
                    done.whenCompleteAsync((ok, failure) -> end(failure), system.executionContext());
                    return unused;
                })
                .to(Sink.ignore());
        Source<ByteString, NotUsed> out = queued.via(killSwitch.flow()).map(bytes -> {
            queuedBytes.addAndGet(-bytes.size());
            return bytes;
        }).batchWeighted(LARGEST_SENT, bytes -> (long) bytes.size(), first -> first, ByteString::concat);
        return Flow.fromSinkAndSource(in, out);
    }

    private CompletionStage<Done> receive(ByteString bytes) {
        if (bytes.isEmpty()) return CompletableFuture.completedFuture(Done.getInstance());
        return gate.thenCompose(listener -> {
            if (closing.get()) return CompletableFuture.completedFuture(Done.getInstance());
            CompletionStage<Done> room = window.received(bytes.size());
            listener.accept(new LineEvent.Received(Bytes.ofOwned(bytes.toArray())));
            return room;
        });
    }

    @Override
    public void send(Bytes bytes) {
        if (bytes.isEmpty() || closing.get()) return;
        int waiting = queuedBytes.addAndGet(bytes.size());
        if (waiting > limits.sendQueue()
                || queue.offer(ByteString.fromArrayUnsafe(bytes.toByteArray())) == QueueOfferResult.dropped())
            fault("it reads too slowly: " + waiting + " bytes wait to be sent");
    }

    @Override
    public void release(int bytes) {
        window.release(bytes);
    }

    @Override
    public void close() {
        reason.compareAndSet(null, "we closed it");
        if (!closing.compareAndSet(false, true)) return;
        finishQueue();
        window.lift();
        after(limits.closing(), () -> fault("it did not take the rest"));
    }

    @Override
    public String description() {
        return description;
    }

    /** Ends the line without waiting for what is queued. */
    void fault(String why) {
        reason.compareAndSet(null, why);
        closing.set(true);
        window.lift();
        // What is still being dialled has nobody to take leave of.
        if (!gate.isDone()) socket.abort(new LineCut(why));
        killSwitch.shutdown();
        // An orderly goodbye, and WebSocket's own, wait for ever behind bytes that the other side does not read.
        after(limits.closing(), () -> socket.abort(new LineCut(why)));
    }

    /** What cuts the connection beneath. */
    SharedKillSwitch socket() {
        return socket;
    }

    private void after(Duration delay, Runnable action) {
        system.scheduler().scheduleOnce(delay, action, system.executionContext());
    }

    private void end(@Nullable Throwable failure) {
        if (closing.compareAndSet(false, true)) finishQueue();
        // What the gate's opener knows of the failure is better than what the stream saw of it.
        gate.thenAccept(listener -> {
            String known = reason.get();
            listener.accept(new LineEvent.Closed(known != null ? known : describe(failure)));
            ended.complete(Done.getInstance());
        });
    }

    private void finishQueue() {
        try {
            queue.complete();
        } catch (IllegalStateException e) {
            // The stream had ended it already, on its own thread.
            window.lift();
        }
    }

    private static String describe(@Nullable Throwable failure) {
        return failure == null ? "the other side closed it" : "it broke: " + text(failure);
    }

    /** For a line whose stream never ran: its end is told here. */
    void abandon() {
        end(null);
    }

    static String text(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) root = cause;
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    /** Why a stream is torn down; it has no stack trace, for it is no fault of ours. */
    private static final class LineCut extends RuntimeException {
        LineCut(String why) {
            super(why, null, false, false);
        }
    }
}
