package fulgurite.node.journal;

import fulgurite.node.journal.JournalStore.Postgres;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL database's address in the form of psql, and what the driver needs beside it. */
final class PostgresAddress {
    /**
     * Beyond these a connection is given up: a write then has failed, or its outcome is not known, and the journal is read
     * again. Seconds.
     */
    private static final Map<String, String> USUAL = new TreeMap<>(Map.of("connectTimeout", "5", "socketTimeout", "30",
            "tcpKeepAlive", "true", "reWriteBatchedInserts", "true", "ApplicationName", "fulgurite",
            // Else a failed write tells the log its events: there are secrets among them.
            "logServerErrorDetail", "false"));

    private PostgresAddress() {}

    static Postgres store(String address, String user, String password) {
        URI uri = parse(address.startsWith("jdbc:") ? address.substring("jdbc:".length()) : address);
        boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        if (!known || uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2)
            throw new IllegalArgumentException("a journal's url is postgresql://user:password@host:port/database");
        String[] signIn = (uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo()).split(":", 2);
        return new Postgres(jdbc(uri), user.isEmpty() ? decoded(signIn[0]) : user,
                password.isEmpty() && signIn.length == 2 ? decoded(signIn[1]) : password);
    }

    private static URI parse(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            // What the parser would quote may be the password.
            throw new IllegalArgumentException(
                    "a journal's url is postgresql://user:password@host:port/database, special characters as %XX",
                    null);
        }
    }

    private static String jdbc(URI uri) {
        var parameters = new TreeMap<String, String>();
        String query = uri.getRawQuery();
        if (query != null)
            for (String one : query.split("&")) {
                String[] pair = one.split("=", 2);
                parameters.put(pair[0], pair.length == 2 ? pair[1] : "");
            }
        USUAL.forEach(parameters::putIfAbsent);
        var url = new StringBuilder("jdbc:postgresql://").append(uri.getHost());
        if (uri.getPort() >= 0) url.append(':').append(uri.getPort());
        url.append(uri.getRawPath());
        char separator = '?';
        for (var one : parameters.entrySet()) {
            url.append(separator).append(one.getKey()).append('=').append(one.getValue());
            separator = '&';
        }
        return url.toString();
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
