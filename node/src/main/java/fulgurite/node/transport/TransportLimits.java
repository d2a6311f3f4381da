package fulgurite.node.transport;

import java.time.Duration;

/**
 * How much a stranger may cost a WebSocket transport.
 *
 * @param frame bytes of one frame
 * @param receiveWindow bytes received and not yet released by the listener, at which reading pauses
 * @param sendQueue bytes waiting to be sent, above which the other side is a slow reader and is cut off
 * @param connections incoming connections at once
 * @param opening from TCP connection to WebSocket, either direction
 * @param closing for the other side to take what is queued and the close frame
 * @param idle without a byte either way; longer than the pings above are apart
 */
public record TransportLimits(int frame, int receiveWindow, int sendQueue, int connections, Duration opening,
        Duration closing, Duration idle) {
    /** Room for any BOLT 8 message, a burst of gossip, and a node with some hundreds of peers. */
    public static final TransportLimits DEFAULT = new TransportLimits(1 << 20, 1 << 18, 1 << 23, 1_000,
            Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(3));
}
