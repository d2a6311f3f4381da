package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.AcknowledgeSettlement;
import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.UpdateFee;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each side's limits bind what the other side offers, and nothing else. @bolt 2, Adding an HTLC */
class LimitsTest {
    private static final ChannelLimits USUAL = ChannelLimits.REGTEST;
    private static final long DUST_CAP_MSAT = USUAL.maxDustExposure().msat();

    private static ChannelLimits limits(int maxInFlightPercent, int maxAcceptedHtlcs, long maxDustMsat) {
        return new ChannelLimits(USUAL.dustLimit(), USUAL.maxDustLimit(), USUAL.reservePercent(), USUAL.zeroReserve(),
                USUAL.toSelfDelay(), USUAL.maxToSelfDelay(), maxInFlightPercent, USUAL.htlcMinimum(), maxAcceptedHtlcs,
                USUAL.minimumDepth(), USUAL.maxMinimumDepth(), USUAL.minCapacity(), USUAL.minFeerate(),
                USUAL.maxFeerate(), new MilliSatoshi(maxDustMsat), USUAL.feeSpikeMultiple(), USUAL.reasonableDepth(),
                USUAL.irrevocableDepth(), USUAL.fulfilmentBlocks(), USUAL.feeStepPercent(), USUAL.upfrontShutdown(),
                USUAL.htlcTimeouts());
    }

    private static Refusal refusal(Participant p, ChannelCommand command) {
        Decision decision = p.only(command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused) decision).refusal();
    }

    private static MilliSatoshi sendable(Participant p) {
        return Channel.sendable(p.context, p.channel());
    }

    @Test
    @Tag("rule:6")
    void no_more_is_in_flight_to_a_peer_than_it_takes_and_what_it_offers_itself_does_not_count() {
        var both = TwoChannels.open(limits(10, 483, DUST_CAP_MSAT), false);
        both.bob.tell(htlc(90_000_000, 1));
        both.commit();
        assertThat(sendable(both.alice)).isEqualTo(new MilliSatoshi(100_000_000));
        both.alice.tell(htlc(60_000_000, 2));
        assertThat(sendable(both.alice)).isEqualTo(new MilliSatoshi(40_000_000));
        assertThat(refusal(both.alice, htlc(40_000_001, 3))).isEqualTo(new Refusal.TooMuchInFlight(
                new MilliSatoshi(100_000_000), new MilliSatoshi(100_000_001)));
        assertThat(both.alice.only(htlc(40_000_000, 3))).isInstanceOf(Decision.Accepted.class);
        assertThat(sendable(both.alice)).isEqualTo(MilliSatoshi.ZERO);
    }

    @Test
    @Tag("rule:6")
    void nothing_is_sendable_once_as_many_are_proposed_as_the_peer_accepts() {
        var both = TwoChannels.open(limits(100, 3, DUST_CAP_MSAT), false);
        for (int i = 0; i < 3; i++) both.bob.tell(htlc(1_000_000, 10 + i));
        both.commit();
        for (int i = 0; i < 3; i++) {
            assertThat(sendable(both.alice).msat()).isPositive();
            assertThat(both.alice.only(htlc(1_000_000, i))).isInstanceOf(Decision.Accepted.class);
        }
        assertThat(sendable(both.alice)).isEqualTo(MilliSatoshi.ZERO);
        assertThat(refusal(both.alice, htlc(1_000_000, 3))).isEqualTo(new Refusal.TooManyHtlcs(3));
        // Bob has not heard of them: of what he knows, Alice could offer three.
        assertThat(Channel.receivable(both.bob.context, both.bob.channel()).msat()).isPositive();
        both.deliverAll();
        assertThat(Channel.receivable(both.bob.context, both.bob.channel())).isEqualTo(MilliSatoshi.ZERO);
        both.commit();
        assertThat(Channel.receivable(both.bob.context, both.bob.channel())).isEqualTo(MilliSatoshi.ZERO);
    }

    @Test
    void what_is_below_the_peers_minimum_is_refused() {
        var both = TwoChannels.open();
        assertThat(refusal(both.alice, htlc(0, 1)))
                .isEqualTo(new Refusal.BelowMinimum(new MilliSatoshi(1), MilliSatoshi.ZERO));
    }

    @Test
    @Tag("rule:14")
    void beyond_our_dust_cap_only_dust_is_refused() {
        var both = TwoChannels.open();
        both.alice.context = both.alice.context.with(limits(100, 483, 1_000_000));
        for (int i = 0; i < 4; i++) both.bob.tell(htlc(300_000, i));
        both.commit();
        assertThat(refusal(both.alice, htlc(353_999, 10))).isInstanceOf(Refusal.TooMuchDust.class);
        assertThat(both.alice.only(htlc(354_000, 11))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:14")
    void dust_is_what_has_no_output_in_either_commitment_though_the_two_differ() {
        var both = TwoChannels.openWithoutAnchors();
        // At 1,000 sat/kw an HTLC has an output in its offerer's commitment from 354 + 663 sat on, in the other from
        // 354 + 703.
        for (int i = 0; i < 48; i++)
            assertThat(both.alice.only(htlc(1_030_000, i))).isInstanceOf(Decision.Accepted.class);
        assertThat(refusal(both.alice, htlc(1_030_000, 50))).isInstanceOf(Refusal.TooMuchDust.class);
        assertThat(refusal(both.alice, htlc(1_056_999, 51))).isInstanceOf(Refusal.TooMuchDust.class);
        assertThat(both.alice.only(htlc(1_057_000, 52))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void what_is_sendable_leaves_the_fee_of_the_dearer_commitment() {
        // The second has an output in Alice's commitment and none in Bob's at the doubled feerate that she must be able
        // to pay.
        for (long pending : new long[]{1_030_000, 1_700_000}) {
            var both = TwoChannels.openWithoutAnchors();
            both.alice.tell(htlc(pending, 1));
            long most = sendable(both.alice).msat();
            assertThat(both.alice.only(htlc(most + 1, 2))).isInstanceOf(Decision.Refused.class);
            assertThat(both.alice.only(htlc(most, 2))).isInstanceOf(Decision.Accepted.class);
        }
    }

    @Test
    @Tag("rule:14")
    void the_receiver_judges_dust_by_its_own_commitment_too() {
        var both = TwoChannels.openWithoutAnchors();
        both.bob.context = both.bob.context.with(limits(100, 483, 1_500_000));
        // In Bob's commitment the first two are dust and the third is not.
        both.alice.tell(htlc(1_030_000, 1), htlc(1_030_000, 2), htlc(1_057_000, 3));
        both.commit();
        assertThat(both.bob.effects(ChannelEffect.HtlcReceived.class)).extracting(e -> e.htlc().mustFail())
                .containsExactly(false, true, false);
    }

    @Test
    @Tag("rule:update-fee")
    void a_feerate_is_signed_once() {
        var both = TwoChannels.open();
        both.alice.tell(new UpdateFee(new FeeratePerKw(1_100)), new Commit());
        int sent = both.alice.outbox.size();
        both.alice.tell(new Commit());
        assertThat(both.alice.outbox).hasSize(sent);
        both.deliverAll();
        assertThat(both.alice.only(new Commit())).isEqualTo(Decision.nothing());
        assertThat(both.bob.only(new Commit())).isEqualTo(Decision.nothing());
    }

    @Test
    void an_htlc_is_settled_once_it_is_irrevocable_and_acknowledged_once() {
        var both = TwoChannels.open();
        both.alice.tell(htlc(5_000_000, 1));
        both.deliverAll();
        assertThat(refusal(both.bob, new FulfilHtlc(0, preimage(1)))).isEqualTo(new Refusal.NoSuchHtlc(0));
        both.commit();
        assertThat(both.bob.only(new FulfilHtlc(0, preimage(1)))).isInstanceOf(Decision.Accepted.class);
        both.commit();
        assertThat(both.alice.only(new AcknowledgeSettlement(0)).eventsOrNone()).hasSize(1);
        assertThat(both.alice.only(new AcknowledgeSettlement(0))).isEqualTo(Decision.nothing());
    }
}
