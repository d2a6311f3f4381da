package fulgurite.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** BOLT 1, Appendix C, as published: extensions of init. */
class Bolt1InitVectorsTest {
    @Test
    void valid_extensions_are_kept_and_invalid_ones_refused() throws IOException {
        JsonNode published;
        try (var in = Bolt1InitVectorsTest.class.getResourceAsStream("bolt1-init-extensions.json")) {
            published = new ObjectMapper().readTree(in);
        }
        assertThat(published.get("valid")).hasSize(2);
        assertThat(published.get("invalid")).hasSize(3);
        for (JsonNode hex : published.get("valid")) {
            Bytes bytes = Bytes.fromHex(hex.textValue());
            LightningMessage message = Messages.decode(bytes);
            assertThat(message).isInstanceOf(Init.class);
            assertThat(Messages.encode(message)).isEqualTo(bytes);
        }
        for (JsonNode hex : published.get("invalid"))
            assertThatThrownBy(() -> Messages.decode(Bytes.fromHex(hex.textValue()))).as(hex.textValue())
                    .isExactlyInstanceOf(MalformedException.class);
        Vectors.report("BOLT 1", "init extensions", 5);
    }
}
