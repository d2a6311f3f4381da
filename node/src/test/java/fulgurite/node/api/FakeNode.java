package fulgurite.node.api;

import fulgurite.node.journal.SampleValues;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A node that answers every call at once, with values of the right type, and tells the events that it is given. */
final class FakeNode {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-26T12:00:00Z"));
    private final SampleValues samples;
    private final List<Consumer<NodeService.Event>> listeners = new CopyOnWriteArrayList<>();

    FakeNode(long seed) {
        this.samples = new SampleValues(seed);
    }

    /** Such a node, with the tokens of a directory. */
    static Desk desk(Path home, long seed) {
        return new Desk(new FakeNode(seed).service(), tokens(home));
    }

    static Tokens tokens(Path home) {
        return Tokens.open(home, chance(), CLOCK);
    }

    private static Supplier<Bytes32> chance() {
        var drawn = new AtomicInteger();
        return () -> Hashes.sha256(Bytes.fromHex(String.format("%08x", drawn.incrementAndGet())));
    }

    NodeService service() {
        return (NodeService) Proxy.newProxyInstance(NodeService.class.getClassLoader(),
                new Class<?>[]{NodeService.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("subscribe")) return answer(method);
                    @SuppressWarnings("unchecked")
                    var listener = (Consumer<NodeService.Event>) arguments[0];
                    listeners.add(listener);
                    AutoCloseable end = () -> listeners.remove(listener);
                    return end;
                });
    }

    private Object answer(Method method) {
        if (method.getName().equals("stop")) return CompletableFuture.completedStage(null);
        var stage = (ParameterizedType) method.getGenericReturnType();
        synchronized (samples) {
            return CompletableFuture.completedStage(samples.of(stage.getActualTypeArguments()[0]));
        }
    }

    void tell(NodeService.Event event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    int listeners() {
        return listeners.size();
    }
}
