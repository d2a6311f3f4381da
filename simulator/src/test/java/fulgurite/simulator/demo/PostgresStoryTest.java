package fulgurite.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService;
import fulgurite.node.cli.JournalCommand;
import fulgurite.node.journal.JournalReader;
import fulgurite.node.journal.JournalStore;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.process.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Three nodes with their journals in one PostgreSQL database, whose server dies in the middle of payments. */
class PostgresStoryTest {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int PAYMENTS = 40;
    private static final Satoshi COINS = new Satoshi(100_000_000);

    @TempDir
    private Path directory;
    private PostgresServer server;
    private LocalNetwork network;
    private DemoActions actions;

    @BeforeEach
    void three_funded_nodes_on_one_database() throws Exception {
        server = new PostgresServer(directory.resolve("postgresql"));
        network = LocalNetwork.start(directory, List.of("alice", "bob", "carol"),
                Map.of("journal.url", server.url()), line -> {});
        actions = new DemoCommands(network, new PrintWriter(new StringWriter())).actions();
        for (String name : network.names()) network.fund(name, COINS);
        actions.mineQuietly(1);
        actions.open("alice", "carol", new Satoshi(10_000_000), new Satoshi(5_000_000), false);
        actions.open("bob", "carol", new Satoshi(10_000_000), new Satoshi(5_000_000), false);
        Waiting.until(() -> hasRoute("alice", "bob"), LONG, "a route");
    }

    @AfterEach
    void stop() throws Exception {
        try {
            network.close();
        } finally {
            server.close();
        }
    }

    @Test
    void a_server_that_dies_stalls_the_nodes_and_nothing_is_lost() throws Exception {
        MilliSatoshi carols = inChannels("carol");
        MilliSatoshi bobs = inChannels("bob");
        var payments = new ArrayList<CompletionStage<NodeService.Payment>>();
        for (int i = 0; i < PAYMENTS; i++) payments.add(pay("alice", "bob", 10_000_000L + i));
        Waiting.until(() -> !inChannels("bob").equals(bobs), LONG, "the first of them");
        server.kill();
        assertThat(payments).anyMatch(payment -> !payment.toCompletableFuture().isDone());
        server.startAgain();

        long paid = 0;
        long fees = 0;
        int succeeded = 0;
        for (int i = 0; i < PAYMENTS; i++) {
            NodeService.Payment payment = ended(i, payments.get(i));
            assertThat(payment.state()).isIn(NodeService.PaymentState.SUCCEEDED, NodeService.PaymentState.FAILED);
            if (payment.state() != NodeService.PaymentState.SUCCEEDED) continue;
            succeeded++;
            paid += payment.amount().msat();
            fees += payment.fee().msat();
        }
        System.out.println(succeeded + " of " + PAYMENTS + " payments succeeded over the death of the server");
        assertThat(succeeded).isPositive();
        actions.awaitSettled();
        assertThat(inChannels("bob")).isEqualTo(bobs.plus(new MilliSatoshi(paid)));
        assertThat(inChannels("carol")).isEqualTo(carols.plus(new MilliSatoshi(fees)));

        // And all of it is in the journals: a node that starts anew has it, and goes on.
        network.stop("bob");
        network.start("bob");
        actions.awaitReconnected("bob");
        assertThat(inChannels("bob")).isEqualTo(bobs.plus(new MilliSatoshi(paid)));
        Waiting.until(() -> hasRoute("alice", "bob"), LONG, "a route");
        NodeService.Payment last = Waiting.await(pay("alice", "bob", 5_000), LONG, "the last payment");
        assertThat(last.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        actions.awaitSettled();
        theJournalsLeadToWhatTheNodesHold();
        theCommandShowsThem();
    }

    /** @throws IllegalStateException without an answer, with what the nodes say then */
    private NodeService.Payment ended(int number, CompletionStage<NodeService.Payment> paying) throws Exception {
        try {
            return Waiting.await(paying, LONG, "payment " + number);
        } catch (Exception e) {
            var told = new StringBuilder();
            for (String name : network.names())
                told.append('\n')
                        .append(name)
                        .append(Waiting.await(network.node(name).channels(), LONG, "channels"))
                        .append(Waiting.await(network.node(name).payments(), LONG, "payments")
                                .stream()
                                .map(NodeService.Payment::withoutPreimage)
                                .toList());
            throw new IllegalStateException(e.getMessage() + told, e);
        }
    }

    /** While the nodes use the database. */
    private void theCommandShowsThem() throws IOException {
        Path conf = Files.writeString(directory.resolve("carol.conf"), "data = \"" + directory.resolve("carol")
                + "\", journal.url = \"" + server.url() + "\"");
        var out = new StringWriter();
        assertThat(new CommandLine(new JournalCommand()).setOut(new PrintWriter(out))
                .execute("list", "--conf",
                        conf.toString()))
                .isZero();
        assertThat(out.toString().lines()).hasSize(4).allMatch(line -> line.matches("[0-9a-f]{16}/[01] .* normal, .*"));
        // All four: which comes first is by node ids, and who only pays has none added.
        var events = new StringWriter();
        out.toString()
                .lines()
                .forEach(line -> assertThat(new CommandLine(new JournalCommand()).setOut(new PrintWriter(events))
                        .execute("show", line.substring(0, line.indexOf(' ')), "--conf", conf.toString())).isZero());
        assertThat(events.toString()).contains("  htlc added: ", "  htlc offered: ");
        assertThat(new CommandLine(new JournalCommand()).setErr(new PrintWriter(new StringWriter())).execute("list"))
                .isNotZero();
    }

    private void theJournalsLeadToWhatTheNodesHold() {
        try (var journal = JournalReader.open(JournalStore.Postgres.of(server.url(), "", ""))) {
            long funded = journal.list()
                    .stream()
                    .filter(summary -> summary.persistenceId().startsWith("channel|"))
                    .map(summary -> replayed(journal, summary))
                    .filter(ChannelState.Funded.class::isInstance)
                    .count();
            assertThat(funded).isEqualTo(4);
            for (String name : network.names())
                network.states(name)
                        .forEach((index, state) -> assertThat(journal.list())
                                .anyMatch(summary -> summary.persistenceId().endsWith("|" + index)
                                        && balance(replayed(journal, summary)).equals(balance(state))));
        }
    }

    private static Optional<MilliSatoshi> balance(ChannelState state) {
        return state instanceof ChannelState.Funded funded
                ? Optional.of(funded.channel().ledger().local())
                : Optional.empty();
    }

    private static ChannelState replayed(JournalReader journal, JournalReader.Summary summary) {
        ChannelState state = Channel.INITIAL;
        for (JournalReader.Recorded recorded : journal.events(summary.persistenceId()))
            state = Channel.evolve(state, (ChannelEvent) recorded.event());
        return state;
    }

    private CompletionStage<NodeService.Payment> pay(String payer, String payee, long msat) {
        NodeService.Invoice invoice = Waiting.await(network.node(payee)
                .invoice(Optional.of(new MilliSatoshi(msat)), "story", Duration.ofHours(1)), LONG, "an invoice");
        return network.node(payer).pay(invoice.bolt11(), Optional.empty());
    }

    private boolean hasRoute(String from, String to) {
        try {
            Waiting.await(network.node(from).route(network.nodeId(to), new MilliSatoshi(1_000)), LONG, "a route");
            return true;
        } catch (DemoException e) {
            return false;
        }
    }

    private MilliSatoshi inChannels(String name) {
        return Waiting.await(network.node(name).balance(), LONG, "a balance").inChannels();
    }
}
