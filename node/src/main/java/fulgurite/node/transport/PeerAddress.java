package fulgurite.node.transport;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node can be dialled, without its identity. Journals keep it by its two components, so the way to speak there
 * is a part of the first.
 *
 * @param host a name, a number or an onion; behind {@code ws://} where WebSocket is spoken, bare for TCP
 * @param port 1..65535
 */
public record PeerAddress(String host, int port) {
    /** @bolt 1, Lightning-specific ports */
    public static final int USUAL_PORT = 9735;
    private static final String WEB_SOCKET = "ws://";
    private static final Pattern FORM = Pattern.compile("(?:\\[([^\\[\\]]*)]|([^:/\\[\\]\\s@]*))(?::([0-9]{1,5}))?/?");

    public PeerAddress {
        if (bare(host).isBlank()) throw new IllegalArgumentException("a peer address needs a host");
        if (port < 1 || port > 65535) throw new IllegalArgumentException("a port is 1..65535, got " + port);
    }

    /** The same place, by WebSocket. */
    public static PeerAddress webSocket(String name, int port) {
        return new PeerAddress(WEB_SOCKET + name, port);
    }

    /**
     * Reads {@code HOST:PORT} or {@code ws://HOST:PORT}; an IPv6 host stands in brackets; without a port it is 9735.
     *
     * @throws IllegalArgumentException whose message says what is wrong
     */
    public static PeerAddress parse(String text) {
        boolean webSocket = text.regionMatches(true, 0, WEB_SOCKET, 0, WEB_SOCKET.length());
        Matcher match = FORM.matcher(webSocket ? text.substring(WEB_SOCKET.length()) : text);
        if (!match.matches()) throw new IllegalArgumentException("an address is HOST:PORT or ws://HOST:PORT");
        String name = match.group(1) != null ? match.group(1) : match.group(2).toLowerCase(Locale.ROOT);
        int port = match.group(3) == null ? USUAL_PORT : Integer.parseInt(match.group(3));
        return new PeerAddress(webSocket ? WEB_SOCKET + name : name, port);
    }

    public boolean isWebSocket() {
        return host.startsWith(WEB_SOCKET);
    }

    /** The host alone, however it is spoken to. */
    public String name() {
        return bare(host);
    }

    /** Whether only a proxy of Tor's finds it. */
    public boolean isOnion() {
        return name().toLowerCase(Locale.ROOT).endsWith(".onion");
    }

    private static String bare(String host) {
        return host.startsWith(WEB_SOCKET) ? host.substring(WEB_SOCKET.length()) : host;
    }

    @Override
    public String toString() {
        String name = name();
        return (isWebSocket() ? WEB_SOCKET : "") + (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
}
