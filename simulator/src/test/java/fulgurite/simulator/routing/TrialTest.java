package fulgurite.simulator.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.protocol.graph.search.SearchSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Payments over balances that nobody knows. */
class TrialTest {
    private static final ChannelMap MAP = ScaleFree.draw(300, 1200, 3);
    private static final List<Trial.Task> TASKS = Trial.tasks(MAP, 200, 5, 1_000, 1_000_000, 3);
    /** So many that balances run out: with a few hundred, chance decides between the algorithms. */
    private static final List<Trial.Task> MANY = Trial.tasks(MAP, 1_000, 5, 1_000, 1_000_000, 3);
    private static final Trial.Rules RULES = new Trial.Rules(8, 20, false);

    private static List<Trial.Outcome> run(String finder, boolean even) {
        return run(finder, even, TASKS);
    }

    private static List<Trial.Outcome> run(String finder, boolean even, List<Trial.Task> tasks) {
        PathFinder made = PathFinders.named(finder, new SearchSpace()).orElseThrow();
        return Trial.run(MAP, made, tasks, even, RULES, 3, () -> 0);
    }

    private static long succeeded(List<Trial.Outcome> outcomes) {
        return outcomes.stream().filter(Trial.Outcome::succeeded).count();
    }

    @Test
    void the_default_succeeds_as_often_as_any_other_at_lower_fees() {
        for (boolean even : List.of(true, false)) {
            List<Trial.Outcome> usual = run(PathFinders.DEFAULT, even, MANY);
            for (String name : List.of("dijkstra", "flow")) {
                List<Trial.Outcome> other = run(name, even, MANY);
                assertThat(succeeded(usual)).as(name).isGreaterThanOrEqualTo(succeeded(other));
                assertThat(feeOfCommon(usual, other)).as(name).isLessThan(feeOfCommon(other, usual));
            }
        }
    }

    @Test
    void where_balances_lie_at_the_ends_the_default_succeeds_more_often_with_fewer_htlcs() {
        List<Trial.Outcome> usual = run(PathFinders.DEFAULT, false, MANY);
        for (String name : List.of("dijkstra", "flow")) {
            List<Trial.Outcome> other = run(name, false, MANY);
            assertThat(succeeded(usual)).as(name).isGreaterThan(succeeded(other));
            assertThat(htlcs(usual)).as(name).isLessThan(htlcs(other));
        }
    }

    private static int htlcs(List<Trial.Outcome> outcomes) {
        return outcomes.stream().mapToInt(Trial.Outcome::attempts).sum();
    }

    private static long feeOfCommon(List<Trial.Outcome> outcomes, List<Trial.Outcome> others) {
        long sum = 0;
        for (int i = 0; i < outcomes.size(); i++)
            if (outcomes.get(i).succeeded() && others.get(i).succeeded()) sum += outcomes.get(i).feeMsat();
        return sum;
    }

    @Test
    void what_succeeds_was_possible_and_balances_that_do_not_move_make_every_payment_the_same_task() {
        List<Trial.Outcome> usual = run(PathFinders.DEFAULT, false);
        List<Trial.Outcome> plain = run("dijkstra", false);
        for (int i = 0; i < usual.size(); i++) {
            assertThat(usual.get(i).possible()).isEqualTo(plain.get(i).possible());
            if (usual.get(i).succeeded()) assertThat(usual.get(i).possible()).isTrue();
        }
    }

    @Test
    void the_same_trial_ends_the_same() {
        for (String name : PathFinders.names()) assertThat(run(name, false)).isEqualTo(run(name, false));
    }

    @Test
    void no_payment_takes_more_than_its_rules_allow() {
        for (String name : PathFinders.names())
            for (Trial.Outcome outcome : run(name, true)) {
                assertThat(outcome.parts()).isLessThanOrEqualTo(RULES.parts());
                assertThat(outcome.attempts()).isLessThanOrEqualTo(RULES.attempts() + RULES.parts());
                assertThat(outcome.succeeded()).isEqualTo(outcome.parts() > 0);
            }
    }

    @Test
    void locking_releasing_and_settling_keeps_every_channel_s_sum() {
        var balances = new HiddenBalances(MAP, HiddenBalances.Spread.ENDS, 9);
        for (int slot = 0; slot < MAP.topology().slots(); slot++) {
            assertThat(balances.msat(slot)).isNotNegative();
            assertThat(balances.msat(slot) + balances.msat(MAP.topology().twin(slot)))
                    .isEqualTo(MAP.capacitySat(slot) * 1000);
        }
    }
}
