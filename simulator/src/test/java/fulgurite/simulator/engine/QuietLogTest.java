package fulgurite.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class QuietLogTest {
    @Test
    void what_has_a_level_of_its_own_is_quiet_too_and_has_it_again_afterwards() {
        var ours = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("fulgurite");
        Level before = ours.getLevel();
        ours.setLevel(Level.INFO);
        Logger one = LoggerFactory.getLogger("fulgurite.some.Class");
        Logger other = LoggerFactory.getLogger("some.library.Class");

        boolean said = QuietLog.during(() -> one.isWarnEnabled() || other.isWarnEnabled());

        assertThat(said).isFalse();
        assertThat(one.isInfoEnabled()).isTrue();
        assertThat(other.isWarnEnabled()).isTrue();
        ours.setLevel(before);
    }
}
