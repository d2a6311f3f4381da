package fulgurite.simulator.chain;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.node.file.SecretFile;
import fulgurite.protocol.units.FeeratePerKw;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fulgurite chain}: a simulated regtest chain that answers as bitcoind does, until it is interrupted or told to stop. */
@Command(name = "chain", mixinStandardHelpOptions = true, description = "Serves a simulated regtest chain by bitcoind's JSON-RPC.", footer = {
        "", "Examples:", "  fulgurite chain --data chain-data", "  fulgurite chain --port 18443 --block-interval 30"})
public final class ChainCommand implements Callable<Integer> {
    private static final String COOKIE_USER = "__cookie__";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen at (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", defaultValue = "18443", description = "Port to listen at; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--data", defaultValue = "chain-data", description = "Directory of the chain and of the cookie that clients sign in with (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("chain-data");

    @Option(names = "--block-interval", paramLabel = "SECONDS", defaultValue = "0", description = "Find a block every so many seconds; 0 (the default) for none but those asked for.")
    private int blockInterval;

    @Option(names = "--feerate", paramLabel = "SAT_PER_KW", defaultValue = "1000", description = "What estimatesmartfee answers, in satoshi for a thousand weight units (default: ${DEFAULT-VALUE}).")
    private long feerateSatPerKw;

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > 65_535) throw refuse("--port must be 0 to 65535, got " + port);
        if (blockInterval < 0) throw refuse("--block-interval must be 0 or more, got " + blockInterval);
        if (feerateSatPerKw < 0) throw refuse("--feerate must be 0 or more, got " + feerateSatPerKw);
        PrintWriter out = spec.commandLine().getOut();
        var settings = new ChainSettings(ChainSettings.DEFAULT.secondsPerBlock(),
                ChainSettings.DEFAULT.minRelayFeerate(), new FeeratePerKw(feerateSatPerKw));
        var stopped = new CompletableFuture<Void>();
        try (RegtestChain chain = RegtestChain.open(data, settings)) {
            var credentials = new RpcCredentials.Password(COOKIE_USER, randomPassword());
            Path cookie = writeCookie(credentials);
            // What goes wrong is said here in a sentence; Akka would put a stack trace beside it.
            ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "chain",
                    ConfigFactory.parseString("akka.loglevel = OFF").withFallback(ConfigFactory.load()));
            // An interrupt ends the JVM at once; the file is whole after each block, and the cookie goes with it.
            cookie.toFile().deleteOnExit();
            try {
                var bound = BitcoindRpcServer
                        .start(system, chain, credentials, host, port, () -> stopLater(system, stopped))
                        .toCompletableFuture()
                        .join();
                mineAtIntervals(system, chain);
                announce(out, chain, bound.port(), cookie);
                stopped.join();
                bound.stop().toCompletableFuture().join();
                return 0;
            } catch (CompletionException e) {
                spec.commandLine()
                        .getErr()
                        .println("cannot listen at " + host + ":" + port
                                + ": choose another --port, or stop what listens there (" + e.getCause().getMessage()
                                + ")");
                return 1;
            } finally {
                Files.deleteIfExists(cookie);
                system.terminate();
                system.getWhenTerminated().toCompletableFuture().join();
            }
        } catch (IllegalStateException | UncheckedIOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
    }

    private ParameterException refuse(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    private void announce(PrintWriter out, RegtestChain chain, int boundPort, Path cookie) {
        out.println("regtest chain at height " + chain.tip().height() + ", kept in " + data.toAbsolutePath());
        out.println("bitcoind JSON-RPC at http://" + host + ":" + boundPort + ", sign in with the cookie " + cookie);
        out.println("coins: curl --user \"$(cat " + cookie + ")\" --data '{\"method\":\"sendtoaddress\","
                + "\"params\":[\"bcrt1...\",1.0]}' http://" + host + ":" + boundPort);
        out.println(blockInterval > 0
                ? "a block every " + blockInterval + " s"
                : "blocks: the same with {\"method\":\"generatetoaddress\",\"params\":[6,\"bcrt1...\"]}");
        out.flush();
    }

    private void mineAtIntervals(ActorSystem<?> system, RegtestChain chain) {
        if (blockInterval <= 0) return;
        Duration interval = Duration.ofSeconds(blockInterval);
        system.scheduler().scheduleAtFixedRate(interval, interval, () -> chain.mine(1), system.executionContext());
    }

    /** The answer to the call that stops should still go out. */
    private static void stopLater(ActorSystem<?> system, CompletableFuture<Void> stopped) {
        system.scheduler()
                .scheduleOnce(Duration.ofMillis(200), () -> stopped.complete(null), system.executionContext());
    }

    private Path writeCookie(RpcCredentials.Password credentials) throws IOException {
        Path cookie = data.resolve(".cookie").toAbsolutePath();
        SecretFile.replace(cookie, credentials.user() + ":" + credentials.password());
        return cookie;
    }

    private static String randomPassword() {
        byte[] password = new byte[32];
        new SecureRandom().nextBytes(password);
        return HexFormat.of().formatHex(password);
    }
}
