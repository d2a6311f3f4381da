package fulgurite.node.api;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.BasicHttpCredentials;
import akka.http.javadsl.model.headers.HttpCredentials;
import akka.http.javadsl.model.headers.OAuth2BearerToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may come in. A page in a browser gets nowhere, whatever it knows: a request with an {@code Origin} is refused
 * (cross-site requests), and so is one whose {@code Host} is not this server's (DNS rebinding). The rest need a token: as
 * a bearer's, or as the password of Basic authentication with any user.
 */
final class Doorkeeper {
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "::1");
    private final Tokens tokens;
    private final Optional<ApiCredentials> password;
    private final Set<String> hosts;

    Doorkeeper(Tokens tokens, ApiSettings settings) {
        this.tokens = tokens;
        this.password = settings.password();
        this.hosts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        this.hosts.addAll(hosts(settings));
    }

    /** The names by which the server may be called. */
    static List<String> hosts(ApiSettings settings) {
        var all = new ArrayList<>(LOOPBACK);
        all.add(settings.host());
        all.addAll(settings.hosts());
        return all.stream().map(host -> host.toLowerCase(Locale.ROOT)).distinct().toList();
    }

    /** The judgement on a request. */
    sealed interface Judgement {}

    record Admitted(Caller caller) implements Judgement {}

    record Refused(int status, String why) implements Judgement {}

    /** @param open whether what is asked for needs no token; one that is given must be right all the same */
    Judgement judge(HttpRequest request, boolean open) {
        String host = request.getUri().getHost().address().replaceAll("[\\[\\]]", "");
        if (!hosts.contains(host))
            return new Refused(403, "this server does not answer for host " + host
                    + "; the setting api.hosts names those for which it does");
        if (request.getHeader("Origin").isPresent())
            return new Refused(403, "requests from web pages are not served");
        if (open && request.getHeader(Authorization.class).isEmpty()) return new Admitted(Caller.NOBODY);
        return request.getHeader(Authorization.class)
                .map(Authorization::credentials)
                .flatMap(this::recognise)
                .<Judgement>map(Admitted::new)
                .orElseGet(() -> new Refused(401, "a token is needed, as 'Authorization: Bearer TOKEN' or as the"
                        + " password of Basic authentication; the data directory has some in tokens/"));
    }

    private Optional<Caller> recognise(HttpCredentials given) {
        if (given instanceof OAuth2BearerToken bearer) return tokens.recognise(bearer.token());
        if (!(given instanceof BasicHttpCredentials basic)) return Optional.empty();
        if (password.filter(pair -> pair.matches(basic.username(), basic.password())).isPresent())
            return Optional.of(new Caller("", basic.username(), List.of(Scope.ADMIN)));
        return tokens.recognise(basic.password());
    }
}
