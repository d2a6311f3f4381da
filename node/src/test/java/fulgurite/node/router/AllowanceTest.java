package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Timestamp;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final Timestamp NOW = new Timestamp(1_700_000_000_000L);
    private static final GossipPace PACE = new GossipPace(100, 2, 40, 30, 3);
    private Allowance left = Allowance.full(PACE, NOW);

    private int heard(int said, Timestamp at) {
        int heard = 0;
        for (int i = 0; i < said; i++) {
            left = left.gossip(PACE, at);
            if (left.isHeard()) heard++;
        }
        return heard;
    }

    @Test
    void a_bucket_is_emptied_at_once_and_fills_again_with_time_up_to_its_brim() {
        assertThat(heard(120, NOW)).isEqualTo(100);
        assertThat(heard(20, NOW.plusSeconds(5))).isEqualTo(10);
        assertThat(heard(500, NOW.plusSeconds(10_000))).isEqualTo(100);
    }

    @Test
    void a_clock_that_goes_back_gives_nothing() {
        assertThat(heard(120, NOW)).isEqualTo(100);
        assertThat(heard(20, NOW.plusSeconds(-1_000))).isZero();
    }

    @Test
    void what_was_asked_for_takes_nothing_from_the_bucket() {
        left = left.expecting(300);
        assertThat(heard(500, NOW)).isEqualTo(400);
    }

    @Test
    void who_never_answers_does_not_pile_up_a_right_to_flood() {
        for (int i = 0; i < 1_000; i++) left = left.expecting(5_000);
        assertThat(heard(200_000, NOW)).isEqualTo(50_000 + 100);
    }

    @Test
    void questions_cost_more() {
        left = left.question(PACE, NOW).question(PACE, NOW);
        assertThat(left.isHeard()).isTrue();
        assertThat(left.question(PACE, NOW).isHeard()).isFalse();
        assertThat(heard(100, NOW)).isEqualTo(20);
    }

    @Test
    void who_goes_on_without_being_heard_is_to_be_left_and_who_pauses_is_not() {
        heard(100 + 29, NOW);
        assertThat(left.isSpent(PACE)).isFalse();
        heard(1, NOW.plusSeconds(1));
        heard(29, NOW.plusSeconds(1));
        assertThat(left.isSpent(PACE)).isFalse();
        heard(30, NOW.plusSeconds(1));
        assertThat(left.isSpent(PACE)).isTrue();
    }

    @Test
    void who_forges_too_often_is_to_be_left() {
        left = left.afterForgery().afterForgery();
        assertThat(left.isSpent(PACE)).isFalse();
        assertThat(left.afterForgery().isSpent(PACE)).isTrue();
    }
}
