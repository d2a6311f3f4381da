package fulgurite.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.simulator.bitcoind.Bitcoind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a node stands on is killed while it pays: bitcoind, PostgreSQL with the journals of all three, a peer, the
 * node itself. {@code -Dkills.payments=1000 -Dkills.times=5} makes it longer. On bitcoind where there is one, else on
 * the simulator's own chain, which is not killed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillsTest {
    private static final int PAYMENTS = Integer.getInteger("kills.payments", 60);
    private static final int TIMES = Integer.getInteger("kills.times", 1);
    private static final int IN_FLIGHT = 8;
    /** Small enough for thousands of them in one direction. */
    private static final MilliSatoshi AMOUNT = new MilliSatoshi(1_000_123);

    private PostgresServer journals;
    private Optional<MinedByBitcoind> bitcoind = Optional.empty();
    private ProcessNetwork network;
    private PaymentRounds rounds;

    @BeforeAll
    void build(@TempDir Path home) throws IOException {
        journals = new PostgresServer(home.resolve("postgresql"));
        if (Bitcoind.find().isPresent()) bitcoind = Optional.of(new MinedByBitcoind(home.resolve("bitcoind")));
        network = bitcoind.isPresent() ? new ProcessNetwork(home, bitcoind.get()) : new ProcessNetwork(home);
        rounds = new PaymentRounds(network, AMOUNT, IN_FLIGHT);
        for (String name : PaymentRounds.NAMES) network.start(name, Map.of("FULGURITE_JOURNAL_URL", journals.url()));
        rounds.open();
    }

    @AfterAll
    void leave() throws IOException {
        network.close();
        journals.close();
    }

    @Test
    void bitcoind_dies() throws Exception {
        assumeTrue(bitcoind.isPresent(), Bitcoind.HOW);
        play("bitcoind", new PaymentRounds.Strike() {
            @Override
            public void kill() {
                bitcoind.orElseThrow().kill();
            }

            @Override
            public void raise() throws InterruptedException {
                stayAway();
                bitcoind.orElseThrow().startAgain();
                network.mine(1);
            }

            @Override
            public boolean isRested() {
                return false;
            }
        }, PAYMENTS);
    }

    @Test
    void postgresql_dies() throws Exception {
        play("PostgreSQL", new PaymentRounds.Strike() {
            @Override
            public void kill() throws IOException {
                journals.kill();
            }

            @Override
            public void raise() throws IOException, InterruptedException {
                stayAway();
                journals.startAgain();
                rounds.awaitUsable();
            }

            @Override
            public boolean isRested() {
                return false;
            }
        }, PAYMENTS / 4);
    }

    @Test
    void the_peer_between_dies() throws Exception {
        play("the peer", rounds.on(List.of("carol")), PAYMENTS / 4);
    }

    @Test
    void the_payer_dies() throws Exception {
        play("the payer", rounds.on(List.of("alice")), PAYMENTS / 4);
    }

    @Test
    void the_payee_dies() throws Exception {
        play("the payee", rounds.on(List.of("bob")), PAYMENTS / 4);
    }

    /** @param least that must succeed: others find a channel away, and say so */
    private void play(String victim, PaymentRounds.Strike strike, int least) throws Exception {
        List<Integer> times = IntStream.rangeClosed(1, TIMES).map(i -> i * PAYMENTS / (TIMES + 1)).boxed().toList();
        PaymentRounds.Outcome outcome = rounds.round(PAYMENTS, times, strike);
        System.out.println("kills: " + victim + ", " + TIMES + " times over " + PAYMENTS + " payments: "
                + outcome.succeeded() + " succeeded, " + outcome.failed() + " failed cleanly, nothing lost");
        outcome.reasons().forEach((reason, count) -> System.out.println("kills:   " + count + " × " + reason));
        assertThat(outcome.succeeded()).isGreaterThanOrEqualTo(least);
    }

    /** Long enough for payments to meet the gap. */
    private static void stayAway() throws InterruptedException {
        TimeUnit.SECONDS.sleep(2);
    }
}
