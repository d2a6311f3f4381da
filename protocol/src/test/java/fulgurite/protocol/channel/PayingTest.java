package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelEffect.HtlcReceived;
import fulgurite.protocol.channel.ChannelEffect.HtlcSettled;
import fulgurite.protocol.channel.HtlcResult.Fulfilled;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.CommitmentSigned;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PayingTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    void pays_both_ways_and_moves_exactly_the_amount() {
        both.alice.tell(htlc(50_000_123, 1), new Commit());
        both.bob.tell(htlc(20_000_456, 2), new Commit());
        both.deliverAll();

        assertThat(both.bob.effects(HtlcReceived.class)).singleElement()
                .extracting(e -> e.htlc().paymentHash())
                .isEqualTo(hash(1));
        both.bob.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        both.alice.tell(new FulfilHtlc(0, preimage(2)), new Commit());
        both.deliverAll();

        assertThat(both.alice.effects(HtlcSettled.class)).singleElement()
                .extracting(HtlcSettled::result)
                .isEqualTo(new Fulfilled(preimage(1)));
        assertThat(both.alice.channel().ledger().isClean()).isTrue();
        assertThat(both.alice.channel().ledger().local()).isEqualTo(new MilliSatoshi(670_000_333));
        assertThat(both.bob.channel().ledger().local()).isEqualTo(new MilliSatoshi(329_999_667));
        both.assertCommitmentsAgree();
    }

    @Test
    @Tag("rule:12")
    void a_hundred_htlcs_offered_together_are_one_commitment_signed() {
        var commands = new ArrayList<ChannelCommand>();
        for (int i = 0; i < 100; i++) commands.add(htlc(1_000_000 + i, i));
        commands.add(new Commit());

        both.alice.tell(commands.toArray(ChannelCommand[]::new));

        assertThat(both.alice.outbox).hasSize(101).last().isInstanceOf(CommitmentSigned.class);
        assertThat(((CommitmentSigned) both.alice.outbox.getLast()).htlcSignatures()).hasSize(100);
        both.deliverAll();
        assertThat(both.bob.effects(HtlcReceived.class)).hasSize(100);
        both.assertCommitmentsAgree();
        both.assertConserved();
    }

    @Test
    void hundreds_are_in_flight_both_ways_and_all_settle() {
        for (int i = 0; i < 250; i++) {
            both.alice.tell(htlc(500_000 + i, i));
            both.bob.tell(htlc(400_000 + i, 1000 + i));
            if (i % 17 == 0) both.alice.tell(new Commit());
            if (i % 23 == 0) both.bob.tell(new Commit());
            if (i % 5 == 0) both.deliverOne(both.alice);
        }
        both.commit();
        assertThat(both.alice.effects(HtlcReceived.class)).hasSize(250);
        for (int i = 0; i < 250; i++) {
            both.bob.tell(new FulfilHtlc(i, preimage(i)));
            both.alice.tell(i % 2 == 0
                    ? new FulfilHtlc(i, preimage(1000 + i))
                    : new FailHtlc(i, Bytes.fromHex("0102")));
        }
        both.commit();

        assertThat(both.alice.channel().ledger().isClean()).isTrue();
        assertThat(both.bob.channel().ledger().isClean()).isTrue();
        assertThat(both.alice.effects(HtlcSettled.class)).hasSize(250);
        assertThat(both.bob.effects(HtlcSettled.class)).hasSize(250);
        both.assertCommitmentsAgree();
        both.assertConserved();
    }

    @Test
    @Tag("rule:12")
    void a_failed_htlc_gives_the_money_back_only_when_its_removal_is_irrevocable() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.bob.tell(new FailMalformedHtlc(0, Bytes32.ZERO, 0xc005), new Commit());
        both.deliverOne(both.bob);
        both.deliverOne(both.bob);
        assertThat(both.alice.effects(HtlcSettled.class)).isEmpty();
        both.deliverAll();

        assertThat(both.alice.effects(HtlcSettled.class)).singleElement()
                .extracting(HtlcSettled::result)
                .isEqualTo(new HtlcResult.FailedMalformed(0xc005, Bytes32.ZERO));
        assertThat(both.alice.channel().ledger().local()).isEqualTo(new MilliSatoshi(700_000_000));
    }

    @Test
    void an_origin_is_offered_once_until_its_settlement_is_acknowledged() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        assertThat(both.alice.only(htlc(50_000_000, 1))).isInstanceOf(Decision.Refused.class);
        both.deliverAll();
        both.bob.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        both.deliverAll();

        assertThat(((Decision.Refused) both.alice.only(htlc(50_000_000, 1))).refusal())
                .isInstanceOf(Refusal.AlreadyOffered.class);
        assertThat(Channel.resume(both.alice.context, both.alice.state)).anyMatch(HtlcSettled.class::isInstance);
        both.alice.tell(new AcknowledgeSettlement(0));
        assertThat(Channel.resume(both.alice.context, both.alice.state)).noneMatch(HtlcSettled.class::isInstance);
        assertThat(both.alice.only(htlc(50_000_000, 1))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void settling_twice_is_refused_and_harmless() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        assertThat(refusal(both.bob, new FulfilHtlc(0, preimage(1)))).isInstanceOf(Refusal.NoSuchHtlc.class);
        both.deliverAll();
        assertThat(refusal(both.bob, new FulfilHtlc(0, preimage(2)))).isInstanceOf(Refusal.WrongPreimage.class);
        both.bob.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        assertThat(refusal(both.bob, new FailHtlc(0, Bytes.EMPTY))).isInstanceOf(Refusal.AlreadySettled.class);
        both.deliverAll();
        assertThat(refusal(both.bob, new FulfilHtlc(0, preimage(1)))).isInstanceOf(Refusal.AlreadySettled.class);
    }

    @Test
    @Tag("rule:update-fee")
    void the_funder_changes_the_feerate_and_the_fundee_may_not() {
        both.alice.tell(new UpdateFee(new FeeratePerKw(2500)), new Commit());
        both.deliverAll();

        assertThat(both.bob.channel().ledger().feerate()).isEqualTo(new FeeratePerKw(2500));
        assertThat(both.alice.channel().ledger().feerate()).isEqualTo(new FeeratePerKw(2500));
        both.assertCommitmentsAgree();
        assertThat(refusal(both.bob, new UpdateFee(new FeeratePerKw(3000)))).isInstanceOf(Refusal.NotFunder.class);
    }

    @Test
    void the_commitment_that_we_hold_is_valid_on_chain() {
        both.alice.tell(htlc(50_000_000, 1), htlc(60_000_000, 2), new Commit());
        both.bob.tell(htlc(20_000_000, 3), new Commit());
        both.deliverAll();
        Tx funding = both.alice.channel().fundingTx().orElseThrow();

        for (Participant p : List.of(both.alice, both.bob)) {
            Tx held = Channel.localCommitment(p.context, (ChannelState.Funded) p.state);
            Interpreter.check(held, funding);
            p.tell(new ForceClose());
            assertThat(p.effects(ChannelEffect.Publish.class)).extracting(ChannelEffect.Publish::tx).contains(held);
        }
    }

    @Test
    void an_older_state_of_the_journal_gives_the_revoked_commitment() {
        int before = both.alice.journal.size();
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();

        var older = (ChannelState.Funded) Channel.evolveAll(Channel.INITIAL, both.alice.journal.subList(0, before));
        Tx revoked = Channel.localCommitment(both.alice.context, older);

        Interpreter.check(revoked, both.alice.channel().fundingTx().orElseThrow());
        assertThat(revoked).isNotEqualTo(
                Channel.localCommitment(both.alice.context, (ChannelState.Funded) both.alice.state));
    }

    private static Refusal refusal(Participant p, ChannelCommand command) {
        return ((Decision.Refused) p.only(command)).refusal();
    }
}
