package fulgurite.node.transport;

import akka.Done;
import akka.japi.Pair;
import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractGraphStageWithMaterializedValue;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStageLogic;
import akka.util.ByteString;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks a SOCKS 5 proxy for a connection, and is transparent from then on. What is to be sent waits for the proxy's
 * consent; its refusal fails the stream.
 *
 * <p>It is joined to the proxy's stream; its value is completed by the proxy's consent.
 */
final class Socks5Stage
        extends
            AbstractGraphStageWithMaterializedValue<BidiShape<ByteString, ByteString, ByteString, ByteString>, CompletionStage<Done>> {
    private final Inlet<ByteString> fromUs = Inlet.create("fromUs");
    private final Outlet<ByteString> toProxy = Outlet.create("toProxy");
    private final Inlet<ByteString> fromProxy = Inlet.create("fromProxy");
    private final Outlet<ByteString> toUs = Outlet.create("toUs");
    private final ByteString request;

    /** @throws IllegalArgumentException when the host cannot be asked for */
    Socks5Stage(PeerAddress to) {
        this.request = Socks5.request(to);
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return new BidiShape<>(fromProxy, toUs, fromUs, toProxy);
    }

    @Override
    public Pair<GraphStageLogic, CompletionStage<Done>> createLogicAndMaterializedValuePair(Attributes attributes) {
        var consent = new CompletableFuture<Done>();
        return Pair.create(new Logic(consent), consent);
    }

    private final class Logic extends GraphStageLogic {
        private final CompletableFuture<Done> consent;
        private ByteString received = ByteString.emptyByteString();

        Logic(CompletableFuture<Done> consent) {
            super(shape());
            this.consent = consent;
            setHandler(fromUs, new AbstractInHandler() {
                @Override
                public void onPush() {
                    push(toProxy, grab(fromUs));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toProxy);
                }
            });
            setHandler(toProxy, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    // Until the proxy consents only we speak.
                    if (consent.isDone() && !hasBeenPulled(fromUs) && !isClosed(fromUs)) pull(fromUs);
                }
            });
            setHandler(toUs, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (!hasBeenPulled(fromProxy) && !isClosed(fromProxy)) pull(fromProxy);
                }
            });
            await(Socks5::greeted, () -> {
                await(Socks5::connected, this::transparent);
                emit(toProxy, request);
            });
        }

        private void await(Function<ByteString, Socks5.Answer> reading, Runnable next) {
            setHandler(fromProxy, new AbstractInHandler() {
                @Override
                public void onPush() {
                    received = received.concat(grab(fromProxy));
                    switch (reading.apply(received)) {
                        case Socks5.Answer.Partial more -> pull(fromProxy);
                        case Socks5.Answer.Refused(String reason) -> refuse(reason);
                        case Socks5.Answer.Granted(ByteString rest) -> {
                            received = rest;
                            next.run();
                            if (!consent.isDone()) pull(fromProxy);
                        }
                    }
                }

                @Override
                public void onUpstreamFinish() {
                    refuse("the proxy hung up");
                }
            });
        }

        private void refuse(String reason) {
            var failure = new IOException(reason);
            consent.completeExceptionally(failure);
            failStage(failure);
        }

        private void transparent() {
            setHandler(fromProxy, new AbstractInHandler() {
                @Override
                public void onPush() {
                    push(toUs, grab(fromProxy));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toUs);
                }
            });
            consent.complete(Done.getInstance());
            if (!received.isEmpty()) emit(toUs, received);
            else if (isAvailable(toUs)) pull(fromProxy);
            if (isAvailable(toProxy) && !isClosed(fromUs)) pull(fromUs);
        }

        @Override
        public void preStart() {
            emit(toProxy, Socks5.GREETING);
            pull(fromProxy);
        }

        @Override
        public void postStop() {
            consent.completeExceptionally(new IOException("the proxy hung up"));
        }
    }
}
