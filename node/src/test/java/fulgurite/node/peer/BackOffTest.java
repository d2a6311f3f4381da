package fulgurite.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes32;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
    private static final Bytes32 LOWEST = Bytes32.ZERO;
    private static final Bytes32 HIGHEST = Bytes32.fromHex("ff".repeat(32));

    @ParameterizedTest
    @CsvSource({"0, 500, 1000", "1, 1000, 2000", "5, 16000, 32000", "8, 128000, 256000", "9, 150000, 300000",
            "2147483647, 150000, 300000"})
    void each_failure_doubles_the_pause_up_to_the_cap_and_chance_halves_it_at_most(int failures, long least,
            long most) {
        var timing = PeerSettings.Timing.DEFAULT;
        assertThat(BackOff.pause(timing, failures, LOWEST)).isEqualTo(Duration.ofMillis(least));
        assertThat(BackOff.pause(timing, failures, HIGHEST)).isEqualTo(Duration.ofMillis(most));
    }
}
