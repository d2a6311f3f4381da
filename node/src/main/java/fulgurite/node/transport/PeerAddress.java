package fulgurite.node.transport;

/** Where a node can be dialled, without its identity. @param port 1..65535 */
public record PeerAddress(String host, int port) {
    public PeerAddress {
        if (host.isBlank()) throw new IllegalArgumentException("a peer address needs a host");
        if (port < 1 || port > 65535) throw new IllegalArgumentException("a port is 1..65535, got " + port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
