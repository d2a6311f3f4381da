package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where bitcoind says that it publishes by ZeroMQ. */
final class ZmqEndpoints {
    private ZmqEndpoints() {}

    /** Whole blocks before their hashes. @param url of bitcoind's JSON-RPC, for the host where it publishes on all */
    static CompletionStage<BitcoindSettings.Zmq.At> offered(BitcoindBackend chain, URI url) {
        return chain.call("getzmqnotifications").handle((offers, failure) -> {
            if (failure == null)
                return CompletableFuture.completedStage(new BitcoindSettings.Zmq.At(
                        address(offers, "pubrawblock", address(offers, "pubhashblock", "", url), url),
                        address(offers, "pubrawtx", "", url)));
            // A bitcoind that was built without ZeroMQ does not know the call.
            if (BitcoindBackend.unwrap(failure) instanceof RpcErrorException)
                return CompletableFuture.completedStage(new BitcoindSettings.Zmq.At("", ""));
            return CompletableFuture.<BitcoindSettings.Zmq.At>failedStage(failure);
        }).thenCompose(stage -> stage);
    }

    private static String address(JsonNode offers, String type, String otherwise, URI url) {
        for (JsonNode offer : offers)
            if (offer.path("type").asText().equals(type))
                return offer.path("address")
                        .asText()
                        .replace("//0.0.0.0:", "//" + url.getHost() + ":")
                        .replace("//*:",
                                "//" + url.getHost() + ":");
        return otherwise;
    }
}
