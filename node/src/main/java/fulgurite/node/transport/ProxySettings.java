package fulgurite.node.transport;

/**
 * A SOCKS 5 proxy, such as Tor's, through which onions are dialled. Names that go through it are its to resolve.
 *
 * @param always whether everything is dialled through it
 */
public record ProxySettings(String host, int port, boolean always) {
    public ProxySettings {
        if (host.isBlank()) throw new IllegalArgumentException("a proxy needs a host");
        if (port < 1 || port > 65535) throw new IllegalArgumentException("a port is 1..65535, got " + port);
    }

    boolean carries(PeerAddress to) {
        return always || to.isOnion();
    }
}
