package fulgurite.node.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.channel.Registry;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.SideTerms;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedBackupTest {
    private static final Bytes32 KEY = Hashes.sha256(Bytes.zeros(1));
    private static final Bytes32 NONCE = Hashes.sha256(Bytes.zeros(2));
    private static final NodeId PEER = new NodeId(ChannelKeys.derive(KEY, 9).basepoints().payment());
    private static final ChannelBackup BACKUP = ChannelBackup.EMPTY.with(entry(3))
            .with(entry(5))
            .with(PEER, new PeerAddress("example.org", 9735));
    @TempDir
    private Path directory;

    static ChannelBackup.Entry entry(long index) {
        var terms = new ChannelTerms(PEER, index, Bytes32.ZERO, Side.LOCAL, new Satoshi(1_000_000),
                ChannelType.ANCHORS, true, new ShortChannelId(7), 3, side(1), side(2));
        return new ChannelBackup.Entry(new BlockHeight(100), terms, new OutPoint(new TxId(NONCE.bytes()), (int) index));
    }

    private static SideTerms side(long index) {
        return new SideTerms(new Satoshi(354), new MilliSatoshi(1_000_000_000), new Satoshi(10_000),
                new MilliSatoshi(1), new CltvDelta(144), 483, ChannelKeys.derive(KEY, index).basepoints(), Bytes.EMPTY);
    }

    @Test
    void opens_to_what_was_sealed_and_shows_nothing_of_it() {
        Bytes file = SealedBackup.seal(KEY, NONCE, BACKUP);

        assertThat(SealedBackup.open(KEY, file)).isEqualTo(BACKUP);
        assertThat(file.toHex()).doesNotContain(PEER.toHex().substring(2, 34));
    }

    @Test
    void says_clearly_why_it_does_not_open() {
        Bytes file = SealedBackup.seal(KEY, NONCE, BACKUP);

        assertThatThrownBy(() -> SealedBackup.open(NONCE, file)).isInstanceOf(BackupException.class)
                .hasMessageContaining("another seed");
        assertThatThrownBy(() -> SealedBackup.open(KEY, Bytes.zeros(100))).isInstanceOf(BackupException.class)
                .hasMessageContaining("not a backup");
        assertThatThrownBy(() -> SealedBackup.open(KEY, file.slice(0, 30))).isInstanceOf(BackupException.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void every_byte_is_authenticated() {
        byte[] file = SealedBackup.seal(KEY, NONCE, BACKUP).toByteArray();
        for (int i = 0; i < file.length; i++) {
            byte[] changed = file.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> SealedBackup.open(KEY, Bytes.copyOf(changed))).isInstanceOf(BackupException.class);
        }
        for (int size = 0; size < file.length; size++) {
            Bytes cut = Bytes.copyOf(file).slice(0, size);
            assertThatThrownBy(() -> SealedBackup.open(KEY, cut)).isInstanceOf(BackupException.class);
        }
    }

    @Test
    void the_file_is_replaced_as_a_whole_and_only_when_something_changes() throws IOException {
        var draws = new AtomicInteger();
        var file = BackupFile.of(directory, KEY, () -> Hashes.sha256(Bytes.zeros(draws.incrementAndGet())));
        file.reachable(PEER, new PeerAddress("example.org", 9735));
        Bytes first = BackupFile.read(directory.resolve(BackupFile.NAME));
        file.reachable(PEER, new PeerAddress("example.org", 9735));

        assertThat(BackupFile.read(directory.resolve(BackupFile.NAME))).isEqualTo(first);
        file.reachable(PEER, new PeerAddress("example.net", 9735));
        assertThat(BackupFile.read(directory.resolve(BackupFile.NAME))).isNotEqualTo(first);
        try (Stream<Path> inside = Files.list(directory)) {
            assertThat(inside).containsExactly(directory.resolve(BackupFile.NAME));
        }
    }

    @Test
    void what_is_over_by_the_registry_leaves_the_backup_at_a_start() {
        BackupFile.write(directory.resolve(BackupFile.NAME), SealedBackup.seal(KEY, NONCE, BACKUP));
        var file = BackupFile.of(directory, KEY, () -> NONCE);
        Registry registry = Registry.EMPTY;
        for (var event : new RegistryEvent[]{
                new RegistryEvent.ChannelRegistered(5, PEER, new BlockHeight(1)),
                new RegistryEvent.ChannelRegistered(11, PEER, new BlockHeight(1))})
            registry = Registry.evolve(registry, event);

        file.recovered(registry);

        ChannelBackup kept = SealedBackup.open(KEY, BackupFile.read(directory.resolve(BackupFile.NAME)));
        assertThat(kept.channels()).containsOnlyKeys(5L);
        assertThat(kept.nextIndex()).isEqualTo(12);
    }

    @Test
    void a_backup_of_another_seed_is_not_overwritten() {
        BackupFile.write(directory.resolve(BackupFile.NAME), SealedBackup.seal(NONCE, NONCE, BACKUP));

        assertThatThrownBy(() -> BackupFile.of(directory, KEY, () -> NONCE)).isInstanceOf(BackupException.class);
    }
}
