package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.UpdateFee;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be sent is told to the millisatoshi, and updates keep their order: what routing and retransmission rely on. */
class SendableTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    void what_is_told_as_sendable_can_be_sent_and_one_millisatoshi_more_cannot() {
        for (Participant p : List.of(both.alice, both.bob)) {
            MilliSatoshi most = Channel.sendable(p.context, p.channel());
            assertThat(most.msat()).isPositive();
            assertThat(p.only(htlc(most.msat() + 1, 1))).isInstanceOf(Decision.Refused.class);
            assertThat(p.only(htlc(most.msat(), 1))).isInstanceOf(Decision.Accepted.class);
            both.commit();
            assertThat(Channel.sendable(p.context, p.channel())).isEqualTo(MilliSatoshi.ZERO);
        }
    }

    @Test
    void what_we_are_told_that_the_peer_can_send_is_what_it_can() {
        both.alice.tell(htlc(50_000_000, 1));
        both.bob.tell(htlc(20_000_000, 2));
        both.commit();
        assertThat(Channel.receivable(both.alice.context, both.alice.channel()))
                .isEqualTo(Channel.sendable(both.bob.context, both.bob.channel()));
        assertThat(Channel.receivable(both.bob.context, both.bob.channel()))
                .isEqualTo(Channel.sendable(both.alice.context, both.alice.channel()));
    }

    @Test
    void what_is_proposed_and_not_committed_yet_is_not_sendable_any_more() {
        long before = Channel.sendable(both.alice.context, both.alice.channel()).msat();
        both.alice.tell(htlc(100_000_000, 1));
        long after = Channel.sendable(both.alice.context, both.alice.channel()).msat();
        assertThat(before - after).isBetween(100_000_000L, 101_000_000L);
        assertThat(both.alice.only(htlc(after + 1, 2))).isInstanceOf(Decision.Refused.class);
        assertThat(both.alice.only(htlc(after, 2))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void the_peers_htlcs_take_nothing_from_what_is_in_flight_for_us() {
        both.bob.tell(htlc(100_000_000, 1));
        both.commit();
        long with = Channel.sendable(both.alice.context, both.alice.channel()).msat();
        // Its output costs us its fee, twice over; its amount is not ours to count.
        assertThat(700_000_000 - with).isBetween(10_000_000L, 16_000_000L);
    }

    @Test
    void updates_are_numbered_in_the_order_in_which_they_are_made() {
        both.bob.tell(htlc(30_000_000, 9));
        both.commit();
        both.alice.tell(htlc(5_000_000, 1));
        both.alice.tell(new UpdateFee(new FeeratePerKw(1100)));
        both.alice.tell(htlc(5_000_000, 2));
        both.alice.tell(new FulfilHtlc(0, preimage(9)));
        both.alice.tell(htlc(5_000_000, 3));

        var sequences = new ArrayList<Long>();
        List<Htlc> htlcs = both.alice.channel().ledger().htlcs();
        sequences.add(htlcs.get(1).sequence());
        sequences.add(both.alice.channel().ledger().fees().getFirst().sequence());
        sequences.add(htlcs.get(2).sequence());
        sequences.add(htlcs.getFirst().removal().orElseThrow().sequence());
        sequences.add(htlcs.get(3).sequence());
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
        both.alice.tell(new Commit());
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        both.assertCommitmentsAgree();
    }

    @Test
    void every_htlc_that_can_have_an_output_is_remembered_for_revoked_commitments() {
        // 354 sat is the least dust limit that there is; a millisatoshi less never has an output.
        long[] amounts = {353_999, 354_000};
        for (int i = 0; i < amounts.length; i++) {
            both.alice.tell(htlc(amounts[i], i));
            both.commit();
            both.bob.tell(new FulfilHtlc(i, preimage(i)));
            both.commit();
        }
        assertThat(both.alice.channel().ledger().htlcs()).isEmpty();
        assertThat(both.alice.channel().ledger().archive().stream().map(one -> one.amount().msat()))
                .containsExactly(354_000L);
    }
}
