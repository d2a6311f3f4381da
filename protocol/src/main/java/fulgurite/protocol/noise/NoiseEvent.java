package fulgurite.protocol.noise;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;

/** What bytes from the other side amount to, in the order in which they came. */
public sealed interface NoiseEvent {
    /** Send these bytes as they are: an act of the handshake. */
    record Reply(Bytes bytes) implements NoiseEvent {}

    /** The other side is who it says; messages may be encrypted from now on. */
    record Established(NodeId remote) implements NoiseEvent {}

    /** One whole Lightning message, decrypted; 0..65535 bytes. */
    record Message(Bytes bytes) implements NoiseEvent {}

    /** The last event: drop the connection without a message. @param reason for a person, holds no secret */
    record Broken(String reason) implements NoiseEvent {}
}
