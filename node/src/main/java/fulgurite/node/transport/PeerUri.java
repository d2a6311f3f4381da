package fulgurite.node.transport;

import fulgurite.protocol.units.NodeId;

/** Who to dial and where, as people copy it: {@code fulgurite://NODEID@HOST:PORT}. */
public record PeerUri(NodeId nodeId, PeerAddress address) {
    public static final String SCHEME = "fulgurite://";

    /**
     * Reads the text form; the scheme may be left out, and so may the port when it is 9735. Behind the {@code @} stands
     * what {@link PeerAddress#parse} reads.
     *
     * @throws IllegalArgumentException whose message says what is wrong and shows the right form
     */
    public static PeerUri parse(String text) {
        String rest = withoutScheme(text.strip());
        int at = rest.indexOf('@');
        if (at < 0) throw refused(text, "it is not of that form");
        return new PeerUri(nodeId(text, rest.substring(0, at)), address(text, rest.substring(at + 1)));
    }

    /** A node's id alone. @throws IllegalArgumentException as above */
    public static NodeId parseNodeId(String text) {
        return nodeId(text, text.strip());
    }

    private static String withoutScheme(String text) {
        int end = text.indexOf("://");
        int at = text.indexOf('@');
        if (end < 0 || at >= 0 && at < end) return text;
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) || end + 3 != SCHEME.length())
            throw refused(text, "its scheme is not fulgurite");
        return text.substring(SCHEME.length());
    }

    private static NodeId nodeId(String text, String hex) {
        if (hex.length() != 66) throw refused(text, "a node id is 66 hexadecimal digits, not " + hex.length());
        try {
            return NodeId.fromHex(hex);
        } catch (IllegalArgumentException e) {
            throw refused(text, "its node id is not a compressed public key in hexadecimal");
        }
    }

    private static PeerAddress address(String text, String address) {
        try {
            return PeerAddress.parse(address);
        } catch (IllegalArgumentException e) {
            throw refused(text, String.valueOf(e.getMessage()));
        }
    }

    private static IllegalArgumentException refused(String text, String why) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return new IllegalArgumentException(
                "a peer is given as " + SCHEME + "NODEID@HOST:PORT, but \"" + shown + "\" does not fit: " + why);
    }

    @Override
    public String toString() {
        return SCHEME + nodeId + "@" + address;
    }
}
