package fulgurite.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.Vectors;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** BOLT 3, Appendix D, and what it does not say. */
class ShaChainTest {
    private record Line(String key, String value) {
        long index() {
            return Long.decode(value);
        }

        String hex() {
            return value.substring(2).toLowerCase(java.util.Locale.ROOT);
        }
    }

    private record Vector(String name, List<Line> lines) {}

    @Test
    @Tag("rule:9")
    void every_published_secret_comes_from_its_seed() throws IOException {
        List<Vector> generation = vectors("generate_from_seed");
        for (Vector v : generation) {
            PrivateKey secret = ShaChain.generate(
                    Bytes32.fromHex(v.lines().get(0).hex()), v.lines().get(1).index());
            assertThat(secret.toHex()).as(v.name()).isEqualTo(v.lines().get(2).hex());
        }
        assertThat(generation).hasSize(5);
        Vectors.report("BOLT 3", "secret generation", generation.size());
    }

    @Test
    @Tag("rule:9")
    void every_published_sequence_is_stored_or_refused_as_published() throws IOException {
        List<Vector> storage = vectors("insert_secret");
        for (Vector v : storage) {
            ShaChain chain = ShaChain.EMPTY;
            for (int i = 0; i < v.lines().size(); i += 3) {
                long index = v.lines().get(i).index();
                var insertion = chain.insert(index, PrivateKey.fromHex(v.lines().get(i + 1).hex()));
                boolean ok = v.lines().get(i + 2).value().equals("OK");
                assertThat(insertion).as(v.name() + " " + index)
                        .isInstanceOf(ok ? ShaChain.Inserted.class : ShaChain.Inconsistent.class);
                if (insertion instanceof ShaChain.Inserted next) chain = next.chain();
            }
        }
        // One correct sequence and eight with a mistake.
        assertThat(storage).hasSize(9);
        Vectors.report("BOLT 3", "secret storage", storage.size());
    }

    @Test
    void any_earlier_secret_is_found_again_and_a_later_one_is_not() {
        var seed = new Bytes32(Hashes.sha256(Bytes.fromHex("00")).bytes());
        ShaChain chain = ShaChain.EMPTY;
        for (int number = 0; number < 1000; number++) {
            long index = ShaChain.FIRST_INDEX - number;
            chain = ((ShaChain.Inserted) chain.insert(index, ShaChain.generate(seed, index))).chain();
        }
        for (int number = 0; number < 1000; number++) {
            long index = ShaChain.FIRST_INDEX - number;
            assertThat(chain.secretAt(index)).contains(ShaChain.generate(seed, index));
        }
        assertThat(chain.secretAt(ShaChain.FIRST_INDEX - 1000)).isEmpty();
        assertThat(chain.known()).hasSize(10);
    }

    @Test
    void the_secrets_do_not_show_in_its_text() {
        PrivateKey secret = ShaChain.generate(Bytes32.ZERO, ShaChain.FIRST_INDEX);
        assertThat(ShaChain.EMPTY.store(ShaChain.FIRST_INDEX, secret).toString()).doesNotContain(secret.toHex());
    }

    @Test
    void a_secret_before_its_turn_is_our_own_mistake() {
        PrivateKey secret = ShaChain.generate(Bytes32.ZERO, 0);
        assertThatThrownBy(() -> ShaChain.EMPTY.insert(0, secret)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ShaChain.EMPTY.insert(1L << 48, secret)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Vector> vectors(String prefix) throws IOException {
        var all = new ArrayList<Vector>();
        try (InputStream in = ShaChainTest.class.getResourceAsStream("bolt3-appendix-d.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("#")) continue;
                int colon = line.indexOf(':');
                var read = new Line(line.substring(0, colon), line.substring(colon + 1).strip());
                if (read.key().equals("name"))
                    all.add(new Vector(read.value(), new ArrayList<>()));
                else
                    all.getLast().lines().add(read);
            }
        }
        return all.stream().filter(v -> v.name().startsWith(prefix)).toList();
    }
}
