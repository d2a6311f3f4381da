package fulgurite.protocol.noise;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;

/** What an act does to a handshake. */
public sealed interface HandshakeStep {
    /** Send {@code send}, then wait for {@code next.expectedBytes()} bytes. */
    record Proceed(Handshake next, Bytes send) implements HandshakeStep {}

    /** Send {@code send} (empty for a responder): both sides are authenticated, messages may flow. */
    record Complete(CipherPair ciphers, NodeId remote, Bytes send) implements HandshakeStep {}

    /** Drop the connection, without a message. */
    record Failed(HandshakeFailure reason) implements HandshakeStep {}
}
