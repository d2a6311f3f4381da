package fulgurite.protocol.channel.closing;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form of script that a channel may be closed to, at its least and its greatest size. @bolt 2, Closing Initiation: shutdown */
@Tag("rule:20")
class ShutdownScriptsTest {
    /** @param prefix in hex; @param size of what follows it */
    private static Bytes script(String prefix, int size) {
        return Bytes.fromHex(prefix + "ab".repeat(size));
    }

    private static boolean isAlways(Bytes script) {
        return ShutdownScripts.isAcceptable(script, false, false);
    }

    private static boolean isWithAnySegwit(Bytes script) {
        return ShutdownScripts.isAcceptable(script, true, false);
    }

    private static boolean isWithSimpleClose(Bytes script) {
        return ShutdownScripts.isAcceptable(script, false, true);
    }

    @ParameterizedTest
    @CsvSource({"0014,20", "0020,32"})
    void a_key_hash_or_a_script_hash_of_segwit_version_0_is_always_allowed(String prefix, int size) {
        assertThat(isAlways(script(prefix, size))).isTrue();
        assertThat(isWithSimpleClose(script(prefix, size))).isTrue();
        assertThat(isAlways(script(prefix, size - 1))).isFalse();
        assertThat(isAlways(script(prefix, size + 1))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0002,2", "0013,19", "0015,21", "001f,31", "0021,33"})
    void a_program_of_version_0_with_another_size_is_unspendable_and_never_allowed(String prefix, int size) {
        assertThat(ShutdownScripts.isAcceptable(script(prefix, size), true, true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"5102,2", "5120,32", "5128,40", "6002,2", "6028,40"})
    void versions_1_to_16_are_allowed_with_any_segwit_alone(String prefix, int size) {
        assertThat(isWithAnySegwit(script(prefix, size))).isTrue();
        assertThat(isAlways(script(prefix, size))).isFalse();
        assertThat(isWithSimpleClose(script(prefix, size))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"5101,1", "5129,41", "5102,3", "5020,32", "4f20,32", "6120,32"})
    void what_is_no_segwit_program_is_not_allowed_as_one(String prefix, int size) {
        assertThat(isWithAnySegwit(script(prefix, size))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"6a06,6", "6a4b,75", "6a4c4c,76", "6a4c50,80"})
    void data_of_6_to_80_bytes_may_be_burnt_to_with_simple_close_alone(String prefix, int size) {
        assertThat(isWithSimpleClose(script(prefix, size))).isTrue();
        assertThat(isWithAnySegwit(script(prefix, size))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"6a05,5", "6a06,5", "6a06,7", "6a4b,74", "6a4c,76", "6a4d,77", "6a4c4b,75", "6a4c4c,75", "6a4c4c,77",
            "6a4c51,81", "6b06,6", "6a4e4c,76"})
    void data_of_another_size_or_pushed_otherwise_is_not_relayed_and_not_allowed(String prefix, int size) {
        assertThat(ShutdownScripts.isAcceptable(script(prefix, size), true, true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "51", "6a", "0014", "76a914" + "00" + "88ac", "a914" + "00" + "87"})
    void stumps_and_scripts_of_old_are_not_allowed(String hex) {
        assertThat(ShutdownScripts.isAcceptable(Bytes.fromHex(hex), true, true)).isFalse();
    }

    @Test
    void hashes_of_old_are_not_allowed_at_their_full_size_either() {
        assertThat(ShutdownScripts.isAcceptable(Bytes.fromHex("76a914" + "00".repeat(20) + "88ac"), true, true))
                .isFalse();
        assertThat(ShutdownScripts.isAcceptable(Bytes.fromHex("a914" + "00".repeat(20) + "87"), true, true)).isFalse();
    }
}
