package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.seed.Passphrase;
import fulgurite.protocol.units.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeysTest {
    private static final Bytes32 SEED = Bytes32
            .fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    @TempDir
    Path directory;

    @Test
    void a_directory_keeps_its_seed_for_its_owner_alone() throws IOException {
        NodeKeys first = keys(() -> SEED);
        NodeKeys again = keys(() -> Bytes32.ZERO);

        assertThat(again.nodeId()).isEqualTo(first.nodeId());
        assertThat(again.channelsSeed()).isEqualTo(first.channelsSeed()).isNotEqualTo(first.invoiceSeed());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("seed"))))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void the_text_form_holds_no_secret() {
        NodeKeys keys = NodeKeys.fromSeed(SEED);

        assertThat(keys.toString()).contains(keys.nodeId().toHex()).doesNotContain(keys.nodeKey().toHex());
    }

    @Test
    void a_spoiled_seed_is_refused_and_not_shown() throws IOException {
        Files.writeString(directory.resolve("seed"), "correct horse battery staple");

        assertThatThrownBy(() -> keys(() -> SEED)).isInstanceOf(NodeStartException.class)
                .hasMessageContaining("backup")
                .hasMessageNotContaining("horse");
    }

    private NodeKeys keys(Entropy entropy) {
        return NodeKeys.of(NodeKeys.seedOf(directory, entropy, Passphrase.NONE));
    }
}
