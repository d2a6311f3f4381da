package fulgurite.node.peer;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.Messages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Coverage-guided, only with {@code JAZZER_FUZZ=1} in the environment: to start the fuzzer costs more than all tests
 * here. Every build runs the same rules on seeded messages instead: {@link SessionTest}.
 */
@EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = "1")
class SessionFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void whatever_a_peer_sends_keeps_the_rules(FuzzedDataProvider data) {
        List<Bytes> messages = new ArrayList<>();
        if (data.consumeBoolean()) messages.add(Messages.encode(new Init(Features.EMPTY, PeerSettings.FEATURES)));
        while (data.remainingBytes() > 0) {
            int size = data.consumeInt(0, 1_500);
            messages.add(Bytes.ofOwned(data.consumeBytes(size)));
        }
        SessionRules.check(messages);
    }
}
