package fulgurite.node.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.wallet.Labels.Kind;
import fulgurite.node.wallet.Labels.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFileTest {
    private static final Subject TX = new Subject(Kind.TX, "f9".repeat(32));
    private static final Subject ADDRESS = new Subject(Kind.ADDR, "bcrt1qexample");

    @TempDir
    Path directory;

    @Test
    void keeps_labels_as_bip_329_writes_them() throws IOException {
        Path file = directory.resolve(LabelFile.NAME);
        var labels = new LabelFile(file);
        labels.put(TX, "rent, \"May\"");
        labels.put(ADDRESS, " Bob ");

        assertThat(Files.readAllLines(file)).containsExactly(
                "{\"type\":\"addr\",\"ref\":\"bcrt1qexample\",\"label\":\"Bob\"}",
                "{\"type\":\"tx\",\"ref\":\"" + "f9".repeat(32) + "\",\"label\":\"rent, \\\"May\\\"\"}");
        assertThat(new LabelFile(file).all()).isEqualTo(labels.all());
        assertThat(new LabelFile(file).of(Kind.TX, TX.text())).contains("rent, \"May\"");
    }

    @Test
    void a_blank_label_is_none() {
        Path file = directory.resolve(LabelFile.NAME);
        var labels = new LabelFile(file);
        labels.put(TX, "rent");
        labels.put(TX, " ");

        assertThat(new LabelFile(file).all()).isEmpty();
    }

    @Test
    void leaves_what_it_does_not_know_as_it_is() throws IOException {
        String xpub = "{\"type\":\"xpub\",\"ref\":\"xpub6\",\"label\":\"cold\"}";
        Path file = Files.writeString(directory.resolve(LabelFile.NAME), xpub + "\nno JSON\n");
        new LabelFile(file).put(TX, "rent");

        assertThat(Files.readAllLines(file)).startsWith(xpub, "no JSON").hasSize(3);
    }
}
