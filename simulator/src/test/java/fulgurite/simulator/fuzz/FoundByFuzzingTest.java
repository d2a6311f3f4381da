package fulgurite.simulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.simulator.fuzz.Step.PayKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Stories of faults that the fuzzer found: each once lost money, or waited for ever. */
class FoundByFuzzingTest {
    private static final Duration DOWN = Duration.ofSeconds(1);
    /** All transactions come back six blocks later, so that every channel gets another short_channel_id. */
    private static final Timed RENAMED = new Timed(new Step.Reorganise(6, 6, false), 1_000);

    @Test
    void a_forwarded_htlc_is_not_failed_upstream_when_its_channel_was_renamed_before_a_crash() {
        settles(1, event -> event instanceof ChannelEvent.HtlcOffered offered
                && offered.origin() instanceof HtlcOrigin.Relayed,
                RENAMED, new Timed(new Step.Pay(0, 2, PayKind.KEYSEND, 5_000_000), 5_000));
    }

    @Test
    void a_payment_is_not_given_up_when_its_channel_was_renamed_before_a_crash() {
        settles(0, event -> event instanceof ChannelEvent.HtlcOffered,
                RENAMED, new Timed(new Step.Pay(0, 2, PayKind.KEYSEND, 5_000_000), 5_000));
    }

    @Test
    void a_node_that_has_just_started_learns_where_a_reorganisation_moved_its_funding() {
        settles(2, event -> event instanceof ChannelEvent.ReadySent,
                new Timed(new Step.Open(1, 2, 300_000, 30, true), 1_000), new Timed(new Step.Mine(1, false), 3_000),
                new Timed(new Step.Reorganise(4, 1, false), 1_000));
    }

    @Test
    void a_node_that_was_down_during_a_reorganisation_learns_the_new_names_of_its_channels() {
        settles(2, event -> event instanceof ChannelEvent.HtlcAdded,
                new Timed(new Step.Pay(0, 2, PayKind.KEYSEND, 5_000_000), 600), new Timed(new Step.Reorganise(6, 6,
                        false), 5_000));
    }

    @Test
    void a_funding_is_found_that_a_reorganisation_put_below_where_its_channel_began_while_the_node_was_down() {
        settles(2, event -> event instanceof ChannelEvent.FundingConfirmed,
                new Timed(new Step.Open(2, 1, 300_000, 30, true), 1_000), new Timed(new Step.Mine(1, false), 300),
                new Timed(new Step.Reorganise(4, 0, false), 2_000));
    }

    /** The node dies after the first event of that sort; then all must settle. */
    private static void settles(int node, Predicate<Object> fatal, Timed... steps) {
        Setup setup = Setup.plain(List.of(new Step.Open(0, 1, 1_000_000, 50, true),
                new Step.Open(1, 2, 1_000_000, 50, true)), OptionalInt.empty(), List.of());
        try (Stage stage = Stage.set(1, setup)) {
            boolean[] died = {false};
            stage.world().listenToWrites((writer, id, events) -> {
                if (died[0] || writer != stage.world().node(node) || events.stream().noneMatch(fatal))
                    return Optional.empty();
                died[0] = true;
                return Optional.of(DOWN);
            });
            assertThat(Run.act(stage, setup, List.of(steps))).isEmpty();
            assertThat(died[0]).as("it died").isTrue();
        }
    }
}
