package fulgurite.node.api;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where and how the API is served.
 *
 * @param port 0 for any free one
 * @param hosts beside {@code host} and those of loopback, the names by which clients may call this server
 * @param password of a user with all rights; empty: tokens only
 * @param tls empty: in the clear
 */
public record ApiSettings(String host, int port, List<String> hosts, Optional<ApiCredentials> password,
        Optional<SSLContext> tls) {
    public ApiSettings {
        hosts = List.copyOf(hosts);
    }

    /** On loopback at any free port, in the clear. */
    public static ApiSettings local() {
        return new ApiSettings("127.0.0.1", 0, List.of(), Optional.empty(), Optional.empty());
    }
}
