package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelState.AwaitingFunding;
import fulgurite.protocol.channel.ChannelState.Closed;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.FundingCreated;
import fulgurite.protocol.wire.OpenChannel;
import fulgurite.protocol.wire.UpfrontShutdownScript;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OpeningTest {
    private final TwoChannels both = new TwoChannels(ChannelLimits.REGTEST);

    @Test
    @Tag("rule:5")
    void opens_with_anchors_and_names_type_and_shutdown_script_both_ways() {
        both.alice.tell(both.openCommand(false));
        var open = (OpenChannel) both.alice.outbox.getFirst();
        assertThat(open.tlvs().get(ChannelType.class)).contains(ChannelType.ANCHORS);
        assertThat(open.tlvs().get(UpfrontShutdownScript.class)).contains(new UpfrontShutdownScript(Bytes.EMPTY));
        both.deliverOne(both.alice);
        var accept = (AcceptChannel) both.bob.outbox.getFirst();
        assertThat(accept.tlvs().get(ChannelType.class)).contains(ChannelType.ANCHORS);
        both.deliverAll();
        assertThat(both.alice.state).isInstanceOf(AwaitingFunding.class);
        both.assertCommitmentsAgree();
        both.confirm(1);
        both.deliverAll();
        assertThat(both.bob.state).isInstanceOf(Normal.class);
        assertThat(both.bob.effects(ChannelEffect.ChannelUsable.class)).hasSize(1);
    }

    @Test
    @Tag("rule:5")
    void falls_back_to_static_remotekey_without_anchors() {
        both.bob.context = Participant.without(Feature.ANCHORS, both.bob.context);
        both.alice.tell(both.openCommand(false));
        both.deliverAll();

        assertThat(both.alice.channel().terms().type()).isEqualTo(ChannelType.STATIC_REMOTEKEY);
        both.assertCommitmentsAgree();
    }

    @Test
    @Tag("rule:opening")
    void the_funding_is_not_published_before_funding_signed() {
        both.alice.tell(both.openCommand(false));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        assertThat(both.alice.outbox).singleElement().isInstanceOf(FundingCreated.class);
        assertThat(both.alice.effects(ChannelEffect.Publish.class)).isEmpty();
        both.deliverAll();
        assertThat(both.alice.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    @Test
    @Tag("rule:opening")
    void both_watch_the_funding_output_by_its_place_and_script_once_both_have_signed() {
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        Tx funding = both.alice.channel().fundingTx().orElseThrow();
        Bytes script = funding.outputs().getFirst().script();
        for (Participant p : List.of(both.alice, both.bob)) {
            assertThat(p.effects(ChannelEffect.WatchConfirmed.class)).as(p.name)
                    .containsExactly(new ChannelEffect.WatchConfirmed(funding.txid(), script, 1));
            assertThat(p.effects(ChannelEffect.WatchSpent.class)).as(p.name)
                    .contains(new ChannelEffect.WatchSpent(new OutPoint(funding.txid(), 0), script));
        }
        // Who knows the funding transaction watches its coins too: another transaction may spend them.
        assertThat(both.alice.effects(ChannelEffect.WatchSpent.class)).last()
                .isEqualTo(new ChannelEffect.WatchSpent(funding.inputs().getFirst().outPoint(), Bytes.EMPTY));
        assertThat(both.bob.effects(ChannelEffect.WatchSpent.class)).hasSize(1);
    }

    @Test
    @Tag("rule:opening")
    void a_lost_connection_before_funding_signed_forgets_the_opening_and_frees_the_coins() {
        both.alice.tell(both.openCommand(false));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        both.disconnect();

        assertThat(both.alice.state).isInstanceOf(Closed.class);
        assertThat(both.bob.state).isInstanceOf(Closed.class);
        assertThat(both.alice.effects(ChannelEffect.ReleaseFunding.class)).hasSize(1);
    }

    @Test
    @Tag("rule:opening")
    void a_fundee_that_lost_the_connection_after_funding_signed_remembers_the_channel() {
        both.alice.tell(both.openCommand(false));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        both.disconnect();

        assertThat(both.bob.state).isInstanceOf(AwaitingFunding.class);
        assertThat(both.alice.state).isInstanceOf(Closed.class);
    }

    @Test
    void a_fundee_that_owns_nothing_forgets_a_channel_that_its_funder_gave_up_before_the_funding() {
        tellBobThatAliceGaveUp(MilliSatoshi.ZERO);
        assertThat(both.bob.state).isInstanceOf(Closed.class);
        assertThat(both.bob.effects(ChannelEffect.ChannelClosed.class)).hasSize(1);
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).isEmpty();
    }

    @Test
    void a_fundee_that_was_given_something_goes_on_waiting_for_the_funding() {
        tellBobThatAliceGaveUp(new MilliSatoshi(300_000_000));
        assertThat(both.bob.state).isInstanceOf(AwaitingFunding.class);
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).isEmpty();
    }

    /** As when funding_signed is lost: Bob is bound to a channel of which Alice knows nothing. */
    private void tellBobThatAliceGaveUp(MilliSatoshi push) {
        both.alice.tell(both.openCommand(push));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        both.disconnect();
        both.bob.tell(new ChannelCommand.Receive(ErrorMessage.of(both.bob.channel().id(), "no such channel")));
    }

    @Test
    @Tag("rule:6")
    @Tag("rule:opening")
    void refuses_terms_that_break_a_rule_and_tells_the_peer() {
        assertRefused(o -> with(o, o.pushAmount(), o.dustLimit(), o.channelReserve(), 484, o.tlvs()),
                "max_accepted_htlcs");
        assertRefused(o -> with(o, o.pushAmount(), new Satoshi(353), o.channelReserve(), 483, o.tlvs()), "354");
        assertRefused(o -> with(o, o.pushAmount(), new Satoshi(900), new Satoshi(800), 483, o.tlvs()),
                "channel_reserve");
        assertRefused(o -> with(o, new MilliSatoshi(1_000_000_001), o.dustLimit(), o.channelReserve(), 483, o.tlvs()),
                "push_msat");
        assertRefused(o -> with(o, new MilliSatoshi(999_999_000), o.dustLimit(), o.channelReserve(), 483, o.tlvs()),
                "fee");
        assertRefused(o -> with(o, o.pushAmount(), o.dustLimit(), o.channelReserve(), 483, TlvStream.empty()),
                "channel_type");
        var bobs = both.bob.context.keys().basepoints();
        assertRefused(o -> withPaymentBasepoint(o, bobs.payment()), "is ours");
        assertRefused(o -> withPaymentBasepoint(o, PublicKey.fromHex("02" + "ff".repeat(32))), "valid point");
    }

    @Test
    @Tag("rule:opening")
    void a_wrong_signature_in_funding_created_fails_the_opening() {
        both.alice.tell(both.openCommand(false));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        var m = (FundingCreated) both.alice.outbox.poll();
        both.bob.tell(new Receive(new FundingCreated(m.temporaryChannelId(), m.fundingTxid(), m.fundingOutputIndex(),
                new Signature(Bytes.concat(Hashes.sha256(Bytes.EMPTY).bytes(), Hashes.sha256(Bytes.EMPTY).bytes())))));

        assertThat(both.bob.state).isInstanceOf(Closed.class);
    }

    @Test
    void without_a_reserve_the_fundee_spends_to_exactly_zero() {
        var zero = TwoChannels.open(ChannelLimits.REGTEST, true);
        assertThat(Channel.sendable(zero.bob.context, zero.bob.channel())).isEqualTo(new MilliSatoshi(300_000_000));

        zero.bob.tell(TwoChannels.htlc(300_000_000, 1), new Commit());
        zero.deliverAll();
        zero.alice.tell(new FulfilHtlc(0, TwoChannels.preimage(1)), new Commit());
        zero.deliverAll();

        assertThat(zero.bob.channel().ledger().local()).isEqualTo(MilliSatoshi.ZERO);
        zero.assertCommitmentsAgree();
    }

    @Test
    @Tag("rule:6")
    @Tag("rule:opening")
    void a_funding_that_does_not_pay_the_channel_in_amount_and_script_is_none() {
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        Tx honest = both.alice.channel().fundingTx().orElseThrow();
        TxOutput output = honest.outputs().getFirst();
        for (TxOutput wrong : List.of(new TxOutput(new Satoshi(1000), output.script()),
                new TxOutput(output.amount(), both.alice.context.shutdownScript()))) {
            var cheat = new TwoChannels(ChannelLimits.REGTEST);
            cheat.alice.tell(cheat.openCommand(false));
            cheat.deliverOne(cheat.alice);
            cheat.deliverOne(cheat.bob);
            Tx worthless = new Tx(2, honest.inputs(), List.of(wrong), 0);
            cheat.bob.tell(new Receive(cheat.fundingCreatedFor(worthless)));
            assertThat(cheat.bob.state).isInstanceOf(AwaitingFunding.class);

            var told = new FundingConfirmed(new BlockHeight(101), 1, 6, worthless);
            assertThat(cheat.bob.only(told)).isInstanceOf(Decision.Violated.class);
            assertThat(cheat.bob.state).isInstanceOf(Closed.class);
            assertThat(cheat.bob.effects(ChannelEffect.Publish.class)).isEmpty();
        }
    }

    @Test
    @Tag("rule:18")
    void a_coinbase_as_funding_is_ready_only_when_it_can_be_spent() {
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        Tx tx = both.alice.channel().fundingTx().orElseThrow();
        both.bob.tell(new FundingConfirmed(new BlockHeight(101), 0, 99, tx));
        assertThat(both.bob.channel().fundingStatus().readySent()).isFalse();
        assertThat(both.bob.effects(ChannelEffect.WatchConfirmed.class)).last()
                .extracting(ChannelEffect.WatchConfirmed::depth)
                .isEqualTo(100);
        both.bob.tell(new FundingConfirmed(new BlockHeight(101), 0, 100, tx));
        assertThat(both.bob.channel().fundingStatus().readySent()).isTrue();
    }

    @Test
    @Tag("rule:19")
    void announcement_signatures_are_exchanged_at_six_confirmations_and_make_one_announcement() {
        var open = TwoChannels.open();
        assertThat(open.alice.effects(ChannelEffect.AnnounceChannel.class)).isEmpty();
        open.alice.tell(open.confirmed(6));
        open.deliverAll();
        open.bob.tell(open.confirmed(6));
        open.deliverAll();

        var byAlice = open.alice.effects(ChannelEffect.AnnounceChannel.class);
        assertThat(byAlice).hasSize(1);
        assertThat(open.bob.effects(ChannelEffect.AnnounceChannel.class)).isEqualTo(byAlice);
        assertThat(byAlice.getFirst().announcement().shortChannelId()).isEqualTo(ShortChannelId.fromText("101x1x0"));
    }

    private void assertRefused(UnaryOperator<OpenChannel> change, String reason) {
        Function<TwoChannels, OpenChannel> opened = fresh -> {
            fresh.alice.tell(fresh.openCommand(false));
            return change.apply((OpenChannel) fresh.alice.outbox.getFirst());
        };
        var fresh = new TwoChannels(ChannelLimits.REGTEST);
        fresh.bob.tell(new AcceptAsFundee(fresh.alice.context.nodeId(), fresh.alice.features(), 1,
                new ShortChannelId(8), opened.apply(fresh)));
        assertThat(fresh.bob.state).isInstanceOf(Closed.class);
        assertThat(fresh.bob.outbox).singleElement()
                .isInstanceOfSatisfying(ErrorMessage.class, e -> assertThat(e.text()).contains(reason));
    }

    private static OpenChannel with(
            OpenChannel o, MilliSatoshi push, Satoshi dust, Satoshi reserve, int maxHtlcs,
            TlvStream<fulgurite.protocol.wire.OpenChannelTlv> tlvs) {
        return new OpenChannel(o.chainHash(), o.temporaryChannelId(), o.fundingAmount(), push, dust,
                o.maxHtlcValueInFlight(), reserve, o.htlcMinimum(), new FeeratePerKw(1000), o.toSelfDelay(), maxHtlcs,
                o.fundingPubkey(), o.revocationBasepoint(), o.paymentBasepoint(), o.delayedPaymentBasepoint(),
                o.htlcBasepoint(), o.firstPerCommitmentPoint(), o.channelFlags(), tlvs);
    }

    private static OpenChannel withPaymentBasepoint(OpenChannel o, PublicKey key) {
        return new OpenChannel(o.chainHash(), o.temporaryChannelId(), o.fundingAmount(), o.pushAmount(), o.dustLimit(),
                o.maxHtlcValueInFlight(), o.channelReserve(), o.htlcMinimum(), o.feeratePerKw(), o.toSelfDelay(),
                o.maxAcceptedHtlcs(), o.fundingPubkey(), o.revocationBasepoint(), key, o.delayedPaymentBasepoint(),
                o.htlcBasepoint(), o.firstPerCommitmentPoint(), o.channelFlags(), o.tlvs());
    }
}
