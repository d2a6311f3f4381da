package fulgurite.node.transport;

import fulgurite.protocol.units.NodeId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who to dial and where, as people copy it: {@code fulgurite://NODEID@HOST:PORT}. */
public record PeerUri(NodeId nodeId, PeerAddress address) {
    public static final String SCHEME = "fulgurite://";
    private static final Pattern FORM = Pattern.compile("([^@]*)@(\\[[^\\]]*]|[^:\\[\\]]*):([0-9]{1,5})/?");

    /**
     * Reads the text form; the scheme may be left out, and an IPv6 host stands in brackets.
     *
     * @throws IllegalArgumentException whose message says what is wrong and shows the right form
     */
    public static PeerUri parse(String text) {
        String rest = withoutScheme(text.strip());
        Matcher match = FORM.matcher(rest);
        if (!match.matches()) throw refused(text, "it is not of that form");
        return new PeerUri(nodeId(text, match.group(1)), address(text, match.group(2), match.group(3)));
    }

    private static String withoutScheme(String text) {
        int end = text.indexOf("://");
        if (end < 0) return text;
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

    private static PeerAddress address(String text, String host, String port) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return new PeerAddress(bare, Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            throw refused(text, e.getMessage());
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
