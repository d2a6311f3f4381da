package fulgurite.node.wallet;

import java.util.Optional;
import org.slf4j.Logger;

/** Whether bitcoind's wallet can pay, as it was found last; a change is said once. */
final class PayingTrouble {
    private final Logger log;
    private final String wallet;
    private Optional<String> last = Optional.empty();

    PayingTrouble(Logger log, String wallet) {
        this.log = log;
        this.wallet = wallet;
    }

    /** @param problem why it cannot; empty when it can */
    void found(Optional<String> problem) {
        if (problem.equals(last)) return;
        last = problem;
        if (problem.isPresent()) log.warn("no opening and no send can be paid now: {}", problem.get());
        else log.info("bitcoind's wallet \"{}\" can pay", wallet);
    }
}
