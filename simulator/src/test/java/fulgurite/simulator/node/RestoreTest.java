package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.NodeActor;
import fulgurite.node.NodeKeys;
import fulgurite.node.api.NodeService;
import fulgurite.node.backup.BackupException;
import fulgurite.node.backup.BackupFile;
import fulgurite.node.backup.Restore;
import fulgurite.node.cli.RestoreCommand;
import fulgurite.node.journal.JournalStore;
import fulgurite.node.seed.Passphrase;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.process.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Nodes that have lost their journal and have nothing but the seed's words and a backup. */
class RestoreTest {
    private static final Satoshi COINS = new Satoshi(20_000_000);
    private static final Satoshi FUNDING = new Satoshi(5_000_000);
    /** What ending a channel may cost both together. */
    private static final Satoshi FEES = new Satoshi(30_000);
    @TempDir
    private Path directory;
    private Village village;

    @BeforeEach
    void two_nodes() {
        village = new Village(directory);
        village.start("alice");
        village.start("bob");
        village.fund("alice", COINS);
        village.fund("bob", COINS);
    }

    @AfterEach
    void stop() {
        village.close();
    }

    @Test
    void a_node_without_its_journal_gets_its_balance_back_through_its_peer() throws IOException {
        NodeService.Channel channel = village.open("alice", "bob", FUNDING, new Satoshi(1_000_000));
        pay("alice", "bob", new MilliSatoshi(500_000_000));
        Bytes backup = backup("bob");

        loseAndRestore("bob", backup);
        village.start("bob");

        assertThat(village.channel("bob", channel)).get()
                .extracting(NodeService.Channel::state)
                .isIn("recovering", "closed");
        village.mineUntil("bob has his 1,500,000 sat", () -> onChain("bob")
                .compareTo(COINS.plus(new Satoshi(1_500_000)).minus(FEES)) >= 0);
        assertThat(onChain("bob")).isLessThanOrEqualTo(COINS.plus(new Satoshi(1_500_000)));
        village.mineUntil("alice has the rest", () -> onChain("alice")
                .compareTo(COINS.minus(new Satoshi(1_500_000)).minus(FEES)) >= 0);
        village.mineUntil("both have archived the channel", () -> village.channel("alice", channel).isEmpty()
                && village.channel("bob", channel).isEmpty());
    }

    @Test
    void a_journal_that_was_lost_with_its_database_begins_anew_in_another_one() throws Exception {
        try (var server = new PostgresServer(directory.resolve("postgresql"))) {
            String first = database(server, "first");
            String second = database(server, "second");
            village.start("carol", Map.of("journal.url", first));
            village.fund("carol", COINS);
            NodeService.Channel channel = village.open("alice", "carol", FUNDING, new Satoshi(1_000_000));
            Path backup = directory.resolve("carol.backup");
            Files.write(backup, backup("carol").toByteArray());
            village.stop("carol");

            assertThat(restore("carol", backup, first)).contains("nothing is overwritten");
            assertThat(restore("carol", backup, second)).contains("1 channel in the backup");
            village.start("carol", Map.of("journal.url", second));

            village.mineUntil("carol has her 1,000,000 sat", () -> onChain("carol")
                    .compareTo(COINS.plus(new Satoshi(1_000_000)).minus(FEES)) >= 0);
            village.mineUntil("both have archived the channel", () -> village.channel("alice", channel).isEmpty()
                    && village.channel("carol", channel).isEmpty());
            village.stop("carol");
        }
    }

    private static String database(PostgresServer server, String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:" + server.url().replace("postgres@", ""),
                "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return server.url().replaceFirst("/postgres$", "/" + name);
    }

    /** @return what the command says */
    private String restore(String name, Path backup, String journal) throws IOException {
        Path conf = directory.resolve(name + ".conf");
        Files.writeString(conf, "journal.url = \"" + journal + "\"\n");
        var said = new StringWriter();
        var out = new PrintWriter(said);
        new CommandLine(new RestoreCommand()).setOut(out)
                .setErr(out)
                .execute("--data", directory.resolve(name).toString(), "--backup", backup.toString(), "--conf",
                        conf.toString());
        return said.toString();
    }

    @Test
    void the_opener_gets_its_balance_back_too_and_a_channel_after_the_backup_is_lost_with_the_journal()
            throws IOException {
        NodeService.Channel first = village.open("alice", "bob", FUNDING, new Satoshi(1_000_000));
        Bytes old = backup("alice");
        NodeService.Channel second = village.open("alice", "bob", FUNDING, Satoshi.ZERO);
        Satoshi before = onChain("alice");

        loseAndRestore("alice", old);
        village.start("alice");

        village.mineUntil("alice has the 4,000,000 sat of her first channel", () -> onChain("alice")
                .compareTo(before.plus(new Satoshi(4_000_000)).minus(FEES)) >= 0);
        assertThat(onChain("alice")).isLessThan(before.plus(new Satoshi(4_000_001)));
        assertThat(village.channel("alice", second)).isEmpty();
        // Its keys are never used again: a new channel has an index beyond all that the old node may have given.
        NodeService.Channel third = village.open("alice", "bob", FUNDING, Satoshi.ZERO);
        assertThat(third.channelId()).isNotIn(first.channelId(), second.channelId());
    }

    @Test
    void nothing_is_overwritten_and_a_wrong_seed_opens_nothing() throws IOException {
        village.open("alice", "bob", FUNDING, Satoshi.ZERO);
        Bytes backup = backup("alice");
        // What the node keeps in its directory is as good as what it answers.
        assertThat(Files.exists(directory.resolve("alice").resolve(BackupFile.NAME))).isTrue();
        village.stop("alice");

        NodeKeys alice = keys(directory.resolve("alice"), "");
        assertThatThrownBy(() -> restore("alice", alice, backup)).isInstanceOf(BackupException.class)
                .hasMessageContaining("nothing is overwritten");
        NodeKeys other = keys(directory.resolve("bob"), "");
        assertThatThrownBy(() -> restore("fresh", other, backup)).isInstanceOf(BackupException.class)
                .hasMessageContaining("another seed");
    }

    private Bytes backup(String name) {
        return Bytes.ofOwned(Base64.getDecoder().decode(await(village.node(name).backup()).backup()));
    }

    /** The disk is gone; the words are on paper, the backup elsewhere. */
    private void loseAndRestore(String name, Bytes backup) throws IOException {
        village.stop(name);
        Path data = directory.resolve(name);
        String words = Files.readString(data.resolve("seed"));
        try (var files = Files.walk(data)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
        restore(name, keys(data, words), backup);
    }

    private static NodeKeys keys(Path data, String words) {
        return NodeKeys.restored(data, words, Optional.empty(), Passphrase.NONE, () -> Bytes32.ZERO);
    }

    private void restore(String name, NodeKeys keys, Bytes backup) {
        Restore.into(directory.resolve(name), new JournalStore.H2File(directory.resolve(name)), keys,
                NodeActor.shortName(keys.nodeId()), backup, 1);
    }

    private void pay(String from, String to, MilliSatoshi amount) {
        NodeService.Invoice invoice = await(
                village.node(to).invoice(Optional.of(amount), "before the loss", Duration.ofHours(1)));
        assertThat(await(village.node(from).pay(invoice.bolt11(), Optional.empty())).state())
                .isEqualTo(NodeService.PaymentState.SUCCEEDED);
        Village.until("no HTLC is left", () -> await(village.node(to).channels()).stream()
                .allMatch(channel -> channel.htlcsIn() + channel.htlcsOut() == 0));
    }

    private Satoshi onChain(String name) {
        return await(village.node(name).balance()).onChainConfirmed();
    }
}
