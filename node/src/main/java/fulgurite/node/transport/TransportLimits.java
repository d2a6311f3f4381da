package fulgurite.node.transport;

import java.time.Duration;

/**
 * How much a stranger may cost a transport.
 *
 * @param frame bytes of one WebSocket frame
 * @param receiveWindow bytes received and not yet released by the listener, at which reading pauses
 * @param sendQueue bytes waiting to be sent, above which the other side is a slow reader and is cut off
 * @param connections incoming connections at once
 * @param opening from TCP connection to the first byte of a handshake, or to WebSocket, either direction
 * @param closing for the other side to take what is queued and the goodbye
 * @param idle without a byte either way; longer than the pings above are apart
 */
public record TransportLimits(int frame, int receiveWindow, int sendQueue, int connections, Duration opening,
        Duration closing, Duration idle, PerAddress perAddress) {
    /** Room for any BOLT 8 message, a burst of gossip, and a node with some hundreds of peers. */
    public static final TransportLimits DEFAULT = new TransportLimits(1 << 20, 1 << 18, 1 << 23, 1_000,
            Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofMinutes(3), PerAddress.DEFAULT);

    /**
     * How much of that one address may take: an IPv4 address, or 64 bits of an IPv6 one.
     *
     * @param connections at once
     * @param burst connections in a row; after that one is admitted each {@code interval}
     * @param loopback whether this machine's own addresses are counted too: Tor and proxies bring all the world from there
     */
    public record PerAddress(int connections, int burst, Duration interval, boolean loopback) {
        public static final PerAddress DEFAULT = new PerAddress(32, 32, Duration.ofSeconds(2), false);
    }

    /** With another bound on incoming connections, in all and for one address. */
    public TransportLimits with(int connections, PerAddress perAddress) {
        return new TransportLimits(frame, receiveWindow, sendQueue, connections, opening, closing, idle, perAddress);
    }
}
