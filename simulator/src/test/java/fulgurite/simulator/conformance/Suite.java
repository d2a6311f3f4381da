package fulgurite.simulator.conformance;

import fulgurite.node.peer.PeerSettings;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.noise.NoiseEvent;
import fulgurite.protocol.noise.NoiseSession;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;

/** The side of a conformance suite: one connection over TCP, each message sent and read by hand. */
final class Suite implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;
    private final Socket socket;
    private final NoiseSession noise;
    private final Deque<LightningMessage> messages = new ArrayDeque<>();

    private Suite(Socket socket, NoiseSession noise) {
        this.socket = socket;
        this.noise = noise;
    }

    /** Dials, shakes hands and exchanges inits. */
    static Suite connect(PeerAddress at, NodeId node, PrivateKey ours) throws IOException {
        var socket = new Socket(at.host(), at.port());
        socket.setSoTimeout(PATIENCE_MS);
        var suite = new Suite(socket,
                NoiseSession.initiator(ours, node, PrivateKey.fromHex("%064x".formatted(0x1234))));
        suite.write(suite.noise.opening());
        while (!suite.noise.isEstablished()) suite.read();
        suite.send(new Init(Features.EMPTY, PeerSettings.FEATURES));
        suite.expect(Init.class);
        return suite;
    }

    void send(LightningMessage message) throws IOException {
        write(noise.encrypt(Messages.encode(message)));
    }

    /** The next message of that kind; what comes before is left out. */
    <T extends LightningMessage> T expect(Class<T> kind) throws IOException {
        while (true) {
            while (messages.isEmpty()) read();
            LightningMessage next = messages.removeFirst();
            if (kind.isInstance(next)) return kind.cast(next);
        }
    }

    private void write(Bytes bytes) throws IOException {
        socket.getOutputStream().write(bytes.toByteArray());
    }

    private void read() throws IOException {
        byte[] buffer = new byte[4096];
        int size = socket.getInputStream().read(buffer);
        if (size < 0) throw new AssertionError("the node has hung up");
        for (NoiseEvent event : noise.receive(Bytes.copyOf(buffer, 0, size))) {
            switch (event) {
                case NoiseEvent.Reply(Bytes act) -> write(act);
                case NoiseEvent.Message(Bytes message) -> messages.add(Messages.decode(message));
                case NoiseEvent.Established(NodeId remote) -> {}
                case NoiseEvent.Broken(String reason) -> throw new AssertionError(reason);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
