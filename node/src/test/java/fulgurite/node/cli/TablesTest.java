package fulgurite.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
    private final ObjectMapper json = new ObjectMapper();

    @Test
    void shows_a_list_as_a_table_with_shortened_ids_and_grouped_numbers() throws Exception {
        String shown = Tables.render(json.readTree("[{\"id\":\"" + "ab".repeat(33) + "\",\"ours_msat\":1234567,"
                + "\"connected\":true},{\"id\":\"x\",\"ours_msat\":5,\"state\":\"normal\"}]"));

        assertThat(shown).isEqualTo("""
                id                 ours msat  connected  state
                abababab…abababab  1,234,567  yes
                x                          5             normal
                """);
    }

    @Test
    void shows_an_object_in_full() throws Exception {
        assertThat(Tables.render(json.readTree("{\"node_id\":\"" + "ab".repeat(33) + "\",\"block_height\":1500}")))
                .isEqualTo("node id       " + "ab".repeat(33) + "\nblock height  1,500\n");
    }

    @Test
    void says_so_when_there_is_nothing() throws Exception {
        assertThat(Tables.render(json.readTree("[]"))).isEqualTo("(none)\n");
    }

    @Test
    void words_become_parameters_by_name_or_by_place() {
        assertThat(CliCommand.toParams(List.of("amount_msat=5", "description=a=b")).toString())
                .isEqualTo("{\"amount_msat\":\"5\",\"description\":\"a=b\"}");
        assertThat(CliCommand.toParams(List.of("lnbc1", "5")).toString()).isEqualTo("[\"lnbc1\",\"5\"]");
    }
}
