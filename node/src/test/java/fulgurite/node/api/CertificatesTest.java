package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1");
    @TempDir
    private Path home;

    @Test
    void a_client_that_has_the_node_s_certificate_is_served_and_no_other() throws Exception {
        Certificates own = Certificates.own(home, NAMES, InstantSource.system());
        Certificates other = Certificates.own(home.resolve("other"), NAMES, InstantSource.system());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "tls");
        var settings = new ApiSettings("127.0.0.1", 0, List.of(), Optional.empty(), Optional.of(own.toServe()));
        Desk desk = FakeNode.desk(home, 1);
        ApiServer.Bound server = ApiServer.start(system, desk, settings).toCompletableFuture().join();
        try {
            String at = server.at("/v1/alive");
            String token = desk.tokens().ofOwner();
            assertThat(at).startsWith("https://");
            assertThat(get(Certificates.toTrust(own.certificate()), at, token).body()).isEqualTo("true");
            assertThat(get(Certificates.toTrust(own.certificate()), at.replace("127.0.0.1", "localhost"), token).body())
                    .isEqualTo("true");
            assertThatThrownBy(() -> get(Certificates.toTrust(other.certificate()), at, token))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThatThrownBy(() -> get(SSLContext.getDefault(), at, token))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThatThrownBy(() -> get(SSLContext.getDefault(), at.replace("https", "http"), token))
                    .isInstanceOf(IOException.class);
        } finally {
            server.stop().toCompletableFuture().join();
            system.terminate();
        }
    }

    private static HttpResponse<String> get(SSLContext trust, String at, String token) throws Exception {
        var http = HttpClient.newBuilder().sslContext(trust).connectTimeout(Duration.ofSeconds(20)).build();
        var request = HttpRequest.newBuilder(URI.create(at)).header("Authorization", "Bearer " + token).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_key_is_for_the_owner_only_and_both_stay_until_they_are_about_to_expire() throws IOException {
        Certificates own = Certificates.own(home, NAMES, at("2026-11-26T00:00:00Z"));
        String certificate = Files.readString(own.certificate());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.key()))).isEqualTo("rw-------");

        Certificates.own(home, NAMES, at("2036-09-01T00:00:00Z"));
        assertThat(Files.readString(own.certificate())).isEqualTo(certificate);
        Certificates.own(home, NAMES, at("2036-11-10T00:00:00Z"));
        assertThat(Files.readString(own.certificate())).isNotEqualTo(certificate);
    }

    private static InstantSource at(String time) {
        return InstantSource.fixed(Instant.parse(time));
    }

    @Test
    void files_that_are_none_are_named() throws IOException {
        Path nonsense = Files.writeString(home.resolve("nonsense.pem"), "nonsense");
        Certificates own = Certificates.own(home, NAMES, InstantSource.system());

        assertThatThrownBy(() -> new Certificates(own.certificate(), nonsense).toServe())
                .isInstanceOf(Certificates.BadCertificateException.class)
                .hasMessageContaining("nonsense.pem")
                .hasMessageContaining("PKCS 8");
        assertThatThrownBy(() -> new Certificates(nonsense, own.key()).toServe())
                .isInstanceOf(Certificates.BadCertificateException.class);
        assertThatThrownBy(() -> Certificates.toTrust(home.resolve("none")))
                .isInstanceOf(Certificates.BadCertificateException.class);
    }
}
