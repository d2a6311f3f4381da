package fulgurite.node.peer;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.Transport;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.noise.NoiseEvent;
import fulgurite.protocol.noise.NoiseSession;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import java.util.ArrayDeque;
import java.util.Deque;

/** A peer that a test plays by hand, byte by byte. */
final class RawPeer {
    private final TestProbe<LineEvent> events;
    private final Deque<LightningMessage> messages = new ArrayDeque<>();
    final Transport.Line line;
    final NoiseSession noise;
    private String ended = "";

    private RawPeer(TestProbe<LineEvent> events, Transport.Line line, NoiseSession noise) {
        this.events = events;
        this.line = line;
        this.noise = noise;
    }

    /** Opens a line and says nothing. @param dialled whom the handshake will be for */
    static RawPeer silent(ActorTestKit kit, Transport transport, PeerUri to, NodeId dialled, int key) {
        TestProbe<LineEvent> events = kit.createTestProbe();
        transport.dial(to.address(), events.ref()::tell);
        Transport.Line line = events.expectMessageClass(LineEvent.Opened.class, TestNode.PATIENCE).line();
        PrivateKey ephemeral = TestNode.secret(1_000 + key);
        return new RawPeer(events, line, NoiseSession.initiator(TestNode.secret(key), dialled, ephemeral));
    }

    /** Opens a line and shakes hands. */
    static RawPeer shaken(ActorTestKit kit, Transport transport, PeerUri to, int key) {
        RawPeer peer = silent(kit, transport, to, to.nodeId(), key);
        peer.line.send(peer.noise.opening());
        while (!peer.noise.isEstablished()) peer.pump();
        return peer;
    }

    /** Opens a line, shakes hands, and exchanges inits. */
    static RawPeer ready(ActorTestKit kit, Transport transport, PeerUri to, int key) {
        RawPeer peer = shaken(kit, transport, to, key);
        peer.send(new Init(Features.EMPTY, PeerSettings.FEATURES));
        if (!(peer.next() instanceof Init)) throw new AssertionError("the first message is not init");
        return peer;
    }

    void send(LightningMessage message) {
        send(Messages.encode(message));
    }

    void send(Bytes message) {
        line.send(noise.encrypt(message));
    }

    /** The next message from the node. */
    LightningMessage next() {
        while (messages.isEmpty()) {
            if (!ended.isEmpty()) throw new AssertionError("the line ended: " + ended);
            pump();
        }
        return messages.removeFirst();
    }

    /** Why the line ended, whatever was still said before. */
    String ended() {
        while (ended.isEmpty()) pump();
        return ended;
    }

    void pump() {
        switch (events.receiveMessage(TestNode.PATIENCE)) {
            case LineEvent.Opened again -> throw new AssertionError("opened twice");
            case LineEvent.Closed(String reason) -> ended = reason;
            case LineEvent.Received(Bytes bytes) -> {
                line.release(bytes.size());
                for (NoiseEvent event : noise.receive(bytes)) {
                    switch (event) {
                        case NoiseEvent.Reply(Bytes act) -> line.send(act);
                        case NoiseEvent.Message(Bytes message) -> messages.add(Messages.decode(message));
                        case NoiseEvent.Established(NodeId remote) -> {}
                        case NoiseEvent.Broken(String reason) -> ended = "broken here: " + reason;
                    }
                }
            }
        }
    }

    static ChannelId channel(int number) {
        return ChannelId.fromHex("%064x".formatted(number));
    }
}
