package fulgurite.node.transport;

import akka.util.ByteString;
import akka.util.ByteStringBuilder;
import java.nio.charset.StandardCharsets;

/**
 * What one asks of a SOCKS 5 proxy (RFC 1928), without authentication, and how its answers are read. Names are the
 * proxy's to resolve: none is ever looked up here.
 */
final class Socks5 {
    static final ByteString GREETING = ByteString.fromInts(5, 1, 0);
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    private Socks5() {}

    /** What an answer so far comes to. */
    sealed interface Answer {
        /** More bytes are needed. */
        record Partial() implements Answer {}

        /** Granted. @param rest what came behind the answer */
        record Granted(ByteString rest) implements Answer {}

        /** @param reason for a person */
        record Refused(String reason) implements Answer {}
    }

    /** @throws IllegalArgumentException when the host cannot be asked for */
    static ByteString request(PeerAddress to) {
        var out = new ByteStringBuilder();
        out.putBytes(new byte[]{5, 1, 0});
        if (Announced.isNumber(to.name())) {
            byte[] number = Announced.number(to.name()).getAddress();
            out.putByte((byte) (number.length == 4 ? IPV4 : IPV6)).putBytes(number);
        } else {
            byte[] name = to.name().getBytes(StandardCharsets.US_ASCII);
            if (name.length > 255) throw new IllegalArgumentException("a name has 255 characters at most");
            out.putByte((byte) NAME).putByte((byte) name.length).putBytes(name);
        }
        return out.putByte((byte) (to.port() >> 8)).putByte((byte) to.port()).result();
    }

    /** Reads the answer to {@link #GREETING}. */
    static Answer greeted(ByteString bytes) {
        if (bytes.length() < 2) return new Answer.Partial();
        if (bytes.apply(0) != 5) return new Answer.Refused("it does not speak SOCKS 5");
        if (bytes.apply(1) != 0) return new Answer.Refused("the proxy wants a password");
        return new Answer.Granted(bytes.drop(2));
    }

    /** Reads the answer to {@link #request}. */
    static Answer connected(ByteString bytes) {
        if (bytes.length() < 5) return new Answer.Partial();
        if (bytes.apply(0) != 5) return new Answer.Refused("it does not speak SOCKS 5");
        if (bytes.apply(1) != 0) return new Answer.Refused(refusal(bytes.apply(1)));
        int address = switch (bytes.apply(3)) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case NAME -> 1 + (bytes.apply(4) & 0xff);
            default -> -1;
        };
        if (address < 0) return new Answer.Refused("it does not speak SOCKS 5");
        int size = 4 + address + 2;
        return bytes.length() < size ? new Answer.Partial() : new Answer.Granted(bytes.drop(size));
    }

    private static String refusal(int code) {
        return "the proxy says: " + switch (code) {
            case 2 -> "not allowed";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "it took too long";
            case 7, 8 -> "not supported";
            default -> "failure " + (code & 0xff);
        };
    }
}
