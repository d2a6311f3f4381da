package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.NewBlock;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.wire.UpdateFee;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The feerate of a channel that we fund follows the chain's. Alice funds; the channel has 1000 sat/kw. */
@Tag("rule:update-fee")
class OwnFeeTest {
    private final TwoChannels both = TwoChannels.open();

    private void block(Participant p, int height, long urgent, long normal, long slow) {
        p.context = p.context.at(new BlockHeight(height), new Feerates(new FeeratePerKw(urgent),
                new FeeratePerKw(normal), new FeeratePerKw(slow)));
        p.tell(new NewBlock(new BlockHeight(height)), new Commit());
    }

    @Test
    void a_small_change_is_none_and_a_large_one_is_proposed_and_signed() {
        block(both.alice, 101, 5000, 3000, 1200);
        assertThat(both.alice.outbox).isEmpty();
        block(both.alice, 102, 5000, 3000, 1201);
        assertThat(both.alice.outbox).first()
                .isEqualTo(new UpdateFee(both.alice.channel().id(),
                        new FeeratePerKw(1201)));
        block(both.alice, 103, 5000, 4000, 2000);
        assertThat(both.alice.outbox).hasSize(2);
        both.deliverAll();
        assertThat(both.bob.channel().ledger().feerate()).isEqualTo(new FeeratePerKw(1201));
        both.assertCommitmentsAgree();
    }

    @Test
    void without_anchors_the_feerate_is_one_that_confirms() {
        var plain = TwoChannels.openWithoutAnchors();
        block(plain.alice, 101, 5000, 3000, 253);
        plain.deliverAll();
        assertThat(plain.alice.channel().ledger().feerate()).isEqualTo(new FeeratePerKw(3000));
    }

    @Test
    void a_feerate_falls_too_but_not_below_what_peers_take() {
        block(both.alice, 101, 253, 253, 253);
        both.deliverAll();
        assertThat(both.bob.channel().ledger().feerate()).isEqualTo(FeeratePerKw.FLOOR);
    }

    @Test
    void what_we_cannot_pay_is_proposed_as_far_as_we_can() {
        long most = Channel.sendable(both.alice.context, both.alice.channel()).msat();
        both.alice.tell(htlc(most, 1));
        both.commit();
        block(both.alice, 101, 50_000, 50_000, 50_000);
        both.deliverAll();
        long rate = both.alice.channel().ledger().feerate().satPerKw();
        assertThat(rate).isBetween(1_200L, 10_000L);
        both.assertConserved();
        both.assertCommitmentsAgree();
    }

    @Test
    @Tag("rule:14")
    void what_would_turn_too_much_into_dust_is_proposed_as_far_as_it_does_not() {
        var plain = TwoChannels.openWithoutAnchors();
        // 20 outputs of 5,000 sat: at 10,000 sat/kw an HTLC transaction costs more than that, at 5,500 it does not.
        for (int i = 0; i < 20; i++) plain.bob.tell(htlc(5_000_000, i));
        plain.commit();
        block(plain.alice, 101, 10_000, 10_000, 10_000);
        plain.deliverAll();
        assertThat(plain.bob.channel().ledger().feerate()).isEqualTo(new FeeratePerKw(5_500));
        plain.assertCommitmentsAgree();
    }

    @Test
    void the_fundee_and_a_channel_that_shuts_down_or_is_away_propose_nothing() {
        block(both.bob, 101, 9000, 9000, 9000);
        assertThat(both.bob.outbox).isEmpty();
        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverAll();
        block(both.alice, 102, 9000, 9000, 9000);
        assertThat(both.alice.outbox).isEmpty();
        var away = TwoChannels.open();
        away.disconnect();
        block(away.alice, 101, 9000, 9000, 9000);
        assertThat(away.alice.journal).noneMatch(ChannelEvent.FeeProposed.class::isInstance);
    }
}
