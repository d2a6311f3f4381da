package fulgurite.node.cli;

import com.typesafe.config.Config;
import fulgurite.node.NodeStartException;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.FeeratePerKw;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Which bitcoind a node's settings name, and whether it answers. */
final class ChainAccess {
    private static final String WAYS = """

            There are three ways to a chain:
              ./fulgurite demo                    a whole network in one process, its own chain included: nothing to set up
              docker compose up -d                a regtest bitcoind at http://127.0.0.1:18443, user fulgurite
              your own bitcoind (server=1)        fulgurite node --chain http://127.0.0.1:18443 --chain-cookie ~/.bitcoin/regtest/.cookie
            'fulgurite chain' serves a simulated regtest chain in place of bitcoind.""";

    private ChainAccess() {}

    /** @param chain the settings under {@code chain} @throws NodeStartException when they name no chain, or do not fit together */
    static BitcoindSettings settings(Config chain, BitcoinNetwork network) {
        String url = chain.getString("url");
        URI at = url.isBlank() ? URI.create("http://127.0.0.1:" + network.bitcoindPort()) : parsed(url);
        BitcoindSettings usual = BitcoindSettings.of(at, credentials(chain, network), network);
        try {
            BitcoindSettings set = usual.withTimeout(Duration.ofSeconds(chain.getLong("timeout-seconds")))
                    .withZmq(zmq(chain))
                    .withFees(fees(chain.getConfig("fees"), usual.fees()));
            return chain.getIsNull("poll-interval-ms")
                    ? set
                    : set.withPollInterval(Duration.ofMillis(chain.getLong("poll-interval-ms")));
        } catch (IllegalArgumentException e) {
            throw new NodeStartException("a setting of the chain is wrong: " + e.getMessage());
        }
    }

    private static BitcoindSettings.Zmq zmq(Config chain) {
        String blocks = chain.getString("zmq-blocks");
        String transactions = chain.getString("zmq-transactions");
        if (blocks.equals("auto") && transactions.equals("auto")) return new BitcoindSettings.Zmq.Offered();
        if (blocks.equals("off") && transactions.equals("off")) return new BitcoindSettings.Zmq.Off();
        for (String given : List.of(blocks, transactions))
            if (!given.startsWith("tcp://") && !given.startsWith("ipc://") && !given.equals("off"))
                throw new NodeStartException(
                        "zmq-blocks and zmq-transactions are both auto, or each is off or an address"
                                + " such as tcp://127.0.0.1:28332; got '" + given + "'");
        return new BitcoindSettings.Zmq.At(blocks.equals("off") ? "" : blocks,
                transactions.equals("off") ? "" : transactions);
    }

    private static BitcoindSettings.Fees fees(Config set, BitcoindSettings.Fees usual) {
        FeeratePerKw fallback = set.getIsNull("fallback-sat-per-kw")
                ? usual.fallback()
                : new FeeratePerKw(set.getLong("fallback-sat-per-kw"));
        return new BitcoindSettings.Fees(fallback, new FeeratePerKw(set.getLong("minimum-sat-per-kw")),
                new FeeratePerKw(set.getLong("maximum-sat-per-kw")));
    }

    /** Connects, and makes sure that the chain can be asked. @throws NodeStartException when it cannot */
    static BitcoindBackend connect(BitcoindSettings settings) {
        var backend = new BitcoindBackend(settings, InstantSource.system());
        try {
            backend.tip().toCompletableFuture().join();
            return backend;
        } catch (CompletionException e) {
            backend.close();
            String reason = ChainUnavailableException.reason(e);
            boolean maybeNone = reason.contains("nothing listens") || reason.contains("cannot read bitcoind's cookie");
            throw new NodeStartException(
                    maybeNone ? "a node needs a chain: " + reason + (reason.endsWith("?") ? "" : ".") + WAYS : reason);
        }
    }

    private static URI parsed(String url) {
        try {
            URI uri = URI.create(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) return uri;
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new NodeStartException(
                "'" + url + "' is not the URL of a chain: give one such as http://127.0.0.1:18443");
    }

    private static RpcCredentials credentials(Config chain, BitcoinNetwork network) {
        String cookie = chain.getString("cookie");
        String user = chain.getString("user");
        String passwordFile = chain.getString("password-file");
        if (!cookie.isEmpty() && !user.isEmpty())
            throw new NodeStartException("give either a cookie or a user of the chain, not both");
        if (!cookie.isEmpty()) return new RpcCredentials.Cookie(Path.of(cookie));
        if (user.isEmpty()) return new RpcCredentials.Cookie(usualCookie(network));
        if (passwordFile.isEmpty())
            throw new NodeStartException("the chain's user " + user + " needs a password: write it into a file and"
                    + " name that by --chain-password-file");
        try {
            return new RpcCredentials.Password(user, Files.readString(Path.of(passwordFile)).strip());
        } catch (IOException e) {
            throw new NodeStartException("cannot read the chain's password from " + passwordFile);
        }
    }

    /** Where bitcoind writes it. @see <a href="https://github.com/bitcoin/bitcoin/blob/master/doc/files.md">its files</a> */
    private static Path usualCookie(BitcoinNetwork network) {
        Path directory = Path.of(System.getProperty("user.home"), ".bitcoin");
        return switch (network) {
            case MAINNET -> directory.resolve(".cookie");
            case TESTNET4 -> directory.resolve("testnet4").resolve(".cookie");
            case SIGNET -> directory.resolve("signet").resolve(".cookie");
            case REGTEST -> directory.resolve("regtest").resolve(".cookie");
        };
    }
}
