package fulgurite.node.transport;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A transport that listens, and another that dials it. */
final class TwoTransports implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(8);
    static final TransportLimits LIMITS = new TransportLimits(100_000, 50_000, 4_000_000, 3,
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), TransportLimits.PerAddress.DEFAULT);

    final ActorTestKit kit;
    final TestProbe<Line> accepted;
    final TestProbe<LineEvent> served;
    final TestProbe<LineEvent> dialled;
    final SocketTransport server;
    final SocketTransport client;
    /** Where the server is, as the client dials it. */
    final PeerAddress address;

    TwoTransports(ActorTestKit kit, boolean webSocket) {
        this(kit, webSocket, LIMITS);
    }

    TwoTransports(ActorTestKit kit, boolean webSocket, TransportLimits limits) {
        this.kit = kit;
        this.accepted = kit.createTestProbe();
        this.served = kit.createTestProbe();
        this.dialled = kit.createTestProbe();
        this.server = transport(kit, 0, limits);
        this.client = transport(kit, 0, limits);
        PeerAddress bound = server.listen(line -> {
            accepted.ref().tell(line);
            return served.ref()::tell;
        }).toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        this.address = webSocket ? PeerAddress.webSocket(bound.host(), bound.port()) : bound;
    }

    static SocketTransport transport(ActorTestKit kit, int port, TransportLimits limits) {
        return new SocketTransport(kit.system(), "127.0.0.1", port, limits, Optional.empty(), System::nanoTime);
    }

    Line dial() {
        client.dial(address, dialled.ref()::tell);
        return dialled.expectMessageClass(LineEvent.Opened.class, PATIENCE).line();
    }

    /** A line's two ends. */
    record Ends(Line toServer, Line toClient) {}

    /** Dials, and says a zero, with which BOLT 8 begins: over TCP the server takes nothing for a line before. */
    Ends open() {
        Line toServer = dial();
        toServer.send(Bytes.zeros(1));
        Line toClient = accepted.receiveMessage(PATIENCE);
        if (!read(served, toClient, 1).equals(Bytes.zeros(1))) throw new AssertionError("another byte came");
        return new Ends(toServer, toClient);
    }

    TestProbe<LineEvent> dialMore() {
        TestProbe<LineEvent> probe = kit.createTestProbe();
        client.dial(address, probe.ref()::tell);
        return probe;
    }

    static Bytes read(TestProbe<LineEvent> probe, Line line, int size) {
        var all = new ByteArrayOutputStream();
        while (all.size() < size) {
            Bytes bytes = probe.expectMessageClass(LineEvent.Received.class, PATIENCE).bytes();
            line.release(bytes.size());
            all.writeBytes(bytes.toByteArray());
        }
        return Bytes.ofOwned(all.toByteArray());
    }

    static int receivedBytes(TestProbe<LineEvent> probe) {
        return probe.expectMessageClass(LineEvent.Received.class, PATIENCE).bytes().size();
    }

    /** Why the line ended, whatever still came before. */
    static String closed(TestProbe<LineEvent> probe) {
        for (;;)
            if (probe.receiveMessage(PATIENCE) instanceof LineEvent.Closed(String reason)) return reason;
    }

    static Bytes random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }

    @Override
    public void close() {
        client.stop().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        server.stop().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
