package fulgurite.node.transport;

import akka.Done;
import akka.actor.ActorSystem;
import akka.http.javadsl.ClientTransport;
import akka.http.javadsl.OutgoingConnection;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Connections to elsewhere, through the proxy where it is to carry them. The name of a place that the proxy carries is
 * not looked up here, nor is an onion's ever.
 */
final class Outbound {
    private final ActorSystem system;
    private final TransportLimits limits;
    private final Optional<ProxySettings> proxy;

    Outbound(ActorSystem system, TransportLimits limits, Optional<ProxySettings> proxy) {
        this.system = system;
        this.limits = limits;
        this.proxy = proxy;
    }

    /** Plain TCP. The value is completed when the place can be spoken to. @throws IllegalArgumentException when it cannot */
    Flow<ByteString, ByteString, CompletionStage<Done>> tcp(PeerAddress to) {
        Optional<ProxySettings> by = proxyFor(to);
        if (by.isEmpty()) return socket(to.name(), to.port());
        return socket(by.get().host(), by.get().port()).joinMat(new Socks5Stage(to), Keep.right());
    }

    private Flow<ByteString, ByteString, CompletionStage<Done>> socket(String host, int port) {
        return Tcp.get(system)
                .outgoingConnection(InetSocketAddress.createUnresolved(host, port), Optional.empty(), List.of(), false,
                        Optional.of(limits.opening()), Optional.of(limits.idle()))
                .mapMaterializedValue(
                        connected -> connected.thenApplyAsync(connection -> Done.getInstance(), system.dispatcher()));
    }

    /** For a WebSocket's handshake. @throws IllegalArgumentException when the place cannot be spoken to */
    ClientTransport http(PeerAddress to) {
        Optional<ProxySettings> by = proxyFor(to);
        if (by.isEmpty()) return ClientTransport.TCP();
        var asked = new Socks5Stage(to);
        return new ClientTransport() {
            @Override
            public Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> connectTo(String host, int port,
                    ClientConnectionSettings settings, ActorSystem system) {
                return ClientTransport.TCP()
                        .connectTo(by.get().host(), by.get().port(), settings, system)
                        .joinMat(asked, Keep.left());
            }
        };
    }

    private Optional<ProxySettings> proxyFor(PeerAddress to) {
        Optional<ProxySettings> by = proxy.filter(set -> set.carries(to));
        if (by.isEmpty() && to.isOnion())
            throw new IllegalArgumentException("an onion address needs a proxy (proxy.host, such as Tor's)");
        return by;
    }
}
