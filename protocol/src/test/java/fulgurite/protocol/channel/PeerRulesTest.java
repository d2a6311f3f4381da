package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.htlc;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.FundingConfirmed;
import fulgurite.protocol.channel.ChannelCommand.LinkUp;
import fulgurite.protocol.channel.ChannelCommand.NewBlock;
import fulgurite.protocol.channel.ChannelCommand.Quiesce;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.UpdateFee;
import fulgurite.protocol.channel.commitment.OnionArchive;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.RevokeAndAck;
import fulgurite.protocol.wire.UpdateAddHtlc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a peer may not do, at the very bound, and what we refuse to do for our own user. @bolt 2, Normal Operation */
class PeerRulesTest {
    private static final ChannelLimits USUAL = ChannelLimits.REGTEST;
    private static final PrivateKey FORGED = PrivateKey.fromHex("42".repeat(32));
    private static final Signature NO_SIGNATURE = new Signature(Bytes.fromHex("11".repeat(64)));

    private final TwoChannels both = TwoChannels.open();

    private static ChannelLimits limits(int maxInFlightPercent, int maxAcceptedHtlcs, int spike) {
        return new ChannelLimits(USUAL.dustLimit(), USUAL.maxDustLimit(), USUAL.reservePercent(), USUAL.zeroReserve(),
                USUAL.toSelfDelay(), USUAL.maxToSelfDelay(), maxInFlightPercent, USUAL.htlcMinimum(), maxAcceptedHtlcs,
                USUAL.minimumDepth(), USUAL.maxMinimumDepth(), USUAL.minCapacity(), USUAL.minFeerate(),
                USUAL.maxFeerate(), USUAL.maxDustExposure(), spike, USUAL.reasonableDepth(), USUAL.irrevocableDepth(),
                USUAL.fulfilmentBlocks(), USUAL.feeStepPercent(), USUAL.upfrontShutdown(), USUAL.htlcTimeouts());
    }

    private static UpdateAddHtlc add(TwoChannels both, long id, long msat) {
        return new UpdateAddHtlc(both.bob.channel().id(), id, new MilliSatoshi(msat), hash(1), new CltvExpiry(200),
                TwoChannels.ONION);
    }

    private static void assertFails(Participant p, LightningMessage message, String reason) {
        var id = p.channel().id();
        p.outbox.clear();
        assertThat(p.only(new Receive(message))).isInstanceOfSatisfying(Decision.Violated.class, violated -> {
            assertThat(violated.violation().message()).contains(reason);
            assertThat(violated.violation().consequence()).isEqualTo(Violation.Consequence.FAIL_CHANNEL);
        });
        assertThat(p.state).isInstanceOf(ChannelState.Closing.class);
        assertThat(p.outbox).singleElement().isInstanceOfSatisfying(ErrorMessage.class, error -> {
            assertThat(error.channelId()).isEqualTo(id);
            assertThat(error.text()).contains(reason);
        });
    }

    private static Refusal refusal(Participant p, ChannelCommand command) {
        Decision decision = p.only(command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused) decision).refusal();
    }

    @Test
    @Tag("rule:6")
    void a_peer_offers_as_many_htlcs_as_we_accept_and_not_one_more() {
        var few = TwoChannels.open(limits(100, 3, 2), false);
        for (int i = 0; i < 3; i++)
            assertThat(few.bob.only(new Receive(add(few, i, 1_000_000)))).isInstanceOf(Decision.Accepted.class);
        assertFails(few.bob, add(few, 3, 1_000_000), "max_accepted_htlcs");
    }

    @Test
    @Tag("rule:6")
    void a_peer_offers_as_much_as_we_accept_in_flight_and_not_a_millisatoshi_more() {
        for (long more : new long[]{0, 1}) {
            var little = TwoChannels.open(limits(10, 483, 2), false);
            little.bob.only(new Receive(add(little, 0, 60_000_000)));
            if (more > 0) assertFails(little.bob, add(little, 1, 40_000_000 + more), "max_htlc_value_in_flight_msat");
            else
                assertThat(little.bob.only(new Receive(add(little, 1, 40_000_000))))
                        .isInstanceOf(Decision.Accepted.class);
        }
    }

    @Test
    void a_peer_offers_nothing_beyond_the_capacity_or_after_its_shutdown() {
        assertFails(both.bob, add(both, 0, 1_000_000_001), "capacity");
        var closing = TwoChannels.open();
        closing.alice.tell(htlc(5_000_000, 1));
        closing.commit();
        closing.alice.tell(new ChannelCommand.Shutdown(closing.alice.context.shutdownScript()));
        closing.deliverAll();
        assertThat(closing.bob.state).isInstanceOf(ChannelState.Normal.class);
        assertFails(closing.bob, add(closing, 1, 1_000_000), "after shutdown");
    }

    @Test
    void an_onion_that_could_not_be_remembered_is_failed_for_it_could_be_a_replay() {
        var seen = new OnionArchive.Seen(1, 2, 3, 200);
        for (int remembered : new int[]{OnionArchive.MOST - 1, OnionArchive.MOST}) {
            var archive = new OnionArchive(List.of(Collections.nCopies(remembered, seen)));
            both.bob.state = new ChannelState.Normal(both.bob.channel().with(archive));
            assertThat(both.bob.only(new Receive(add(both, 0, 1_000_000))).eventsOrNone()).singleElement()
                    .isInstanceOfSatisfying(ChannelEvent.HtlcAdded.class,
                            added -> assertThat(added.mustFail()).isEqualTo(remembered == OnionArchive.MOST));
            both.bob.tell(new ChannelCommand.LinkLost());
            both.bob.state = new ChannelState.Normal(both.bob.channel().with(new Link.Up(both.alice.features())));
        }
    }

    @Test
    void onions_that_have_expired_are_forgotten_when_there_are_many_of_them() {
        var expired = new OnionArchive.Seen(1, 2, 3, 102);
        var pending = new OnionArchive.Seen(1, 2, 4, 103);
        both.bob.context = both.bob.context.at(new BlockHeight(102));
        for (int many : new int[]{255, 256}) {
            var archive = new OnionArchive(List.of(Collections.nCopies(many, expired), List.of(pending)));
            both.bob.state = new ChannelState.Normal(both.bob.channel().with(archive));
            assertThat(both.bob.only(new NewBlock(new BlockHeight(102))).eventsOrNone()).isEqualTo(many == 256
                    ? List.of(new ChannelEvent.OnionsForgotten(new BlockHeight(102)))
                    : List.of());
        }
        assertThat(both.bob.channel().onions().stream()).containsExactly(pending);
    }

    @Test
    void the_onion_of_an_htlc_is_remembered_once_it_is_irrevocable_and_not_before() {
        both.alice.tell(htlc(5_000_000, 1));
        both.deliverAll();
        assertThat(both.bob.channel().onions().size()).isZero();
        both.commit();
        assertThat(both.bob.channel().onions().stream())
                .containsExactly(OnionArchive.of(0, TwoChannels.ONION, 200));
        assertThat(both.alice.channel().onions().size()).isZero();
        both.alice.tell(htlc(5_000_000, 2));
        both.commit();
        assertThat(both.bob.channel().onions().stream()).extracting(OnionArchive.Seen::htlcId)
                .containsExactly(0L, 1L);
    }

    @Test
    void a_commitment_is_taken_with_all_its_signatures_or_not_at_all() {
        for (boolean wrongMain : new boolean[]{true, false}) {
            var fresh = TwoChannels.open();
            fresh.alice.tell(htlc(5_000_000, 1), new Commit());
            fresh.deliverOne(fresh.alice);
            var signed = (CommitmentSigned) fresh.alice.outbox.poll();
            var forged = new CommitmentSigned(signed.channelId(), wrongMain ? NO_SIGNATURE : signed.signature(),
                    wrongMain ? signed.htlcSignatures() : List.of(NO_SIGNATURE), signed.tlvs());
            assertFails(fresh.bob, forged, wrongMain ? "invalid signature" : "invalid HTLC signature");
        }
        both.alice.tell(htlc(5_000_000, 1), htlc(6_000_000, 2), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        var signed = (CommitmentSigned) both.alice.outbox.poll();
        var swapped = new ArrayList<>(signed.htlcSignatures());
        Collections.reverse(swapped);
        assertFails(both.bob, new CommitmentSigned(signed.channelId(), signed.signature(), swapped, signed.tlvs()),
                "invalid HTLC signature");
    }

    @Test
    void a_revocation_answers_a_commitment_with_the_secret_of_the_one_before() {
        assertFails(both.alice, revocation(both, 0), "without a commitment_signed");
        var fresh = TwoChannels.open();
        fresh.alice.tell(htlc(5_000_000, 1), new Commit());
        RevokeAndAck right = revocation(fresh, 0);
        assertFails(fresh.alice, new RevokeAndAck(right.channelId(), FORGED, right.nextPerCommitmentPoint()),
                "wrong per_commitment_secret");
        var other = TwoChannels.open();
        other.alice.tell(htlc(5_000_000, 1), new Commit());
        var nowhere = new PublicKey(Bytes.fromHex("02" + "ff".repeat(32)));
        assertFails(other.alice, new RevokeAndAck(right.channelId(), right.perCommitmentSecret(), nowhere),
                "not a valid point");
    }

    @Test
    void secrets_must_descend_from_one_seed_or_we_could_not_keep_them_all() {
        // Commitment 2 has a secret of its own; that shows with the secret of 3, from which it should follow.
        for (int number = 0; number < 4; number++) {
            both.alice.tell(htlc(5_000_000, number), new Commit());
            RevokeAndAck right = revocation(both, number);
            PublicKey next = number == 0 ? Curve.publicKey(FORGED) : right.nextPerCommitmentPoint();
            PrivateKey secret = number == 2 ? FORGED : right.perCommitmentSecret();
            var said = new RevokeAndAck(right.channelId(), secret, next);
            if (number < 3)
                assertThat(both.alice.only(new Receive(said))).isInstanceOf(Decision.Accepted.class);
            else
                assertFails(both.alice, said, "does not descend from one seed");
        }
    }

    private static RevokeAndAck revocation(TwoChannels both, long number) {
        var keys = both.bob.context.keys();
        return new RevokeAndAck(both.bob.channel().id(), keys.perCommitmentSecret(number),
                keys.perCommitmentPoint(number + 2));
    }

    @Test
    @Tag("rule:update-fee")
    void a_feerate_that_its_funder_cannot_pay_is_no_feerate() {
        assertFails(both.bob, new fulgurite.protocol.wire.UpdateFee(both.bob.channel().id(), new FeeratePerKw(100_001)),
                "out of range");
        var drained = drained();
        assertFails(drained.bob,
                new fulgurite.protocol.wire.UpdateFee(drained.bob.channel().id(), new FeeratePerKw(1_001)),
                "beyond the funder's balance");
    }

    /** Alice has nothing beyond her reserve and the fee. */
    private static TwoChannels drained() {
        var both = TwoChannels.open(limits(100, 483, 1), false);
        both.alice.tell(htlc(Channel.sendable(both.alice.context, both.alice.channel()).msat(), 1));
        both.commit();
        assertThat(Channel.sendable(both.alice.context, both.alice.channel())).isEqualTo(MilliSatoshi.ZERO);
        return both;
    }

    @Test
    @Tag("rule:update-fee")
    void who_can_pay_nothing_more_follows_no_feerate() {
        var drained = drained();
        drained.alice.context = drained.alice.context.at(new BlockHeight(101),
                Feerates.flat(new FeeratePerKw(90_000)));
        assertThat(drained.alice.only(new NewBlock(new BlockHeight(101)))).isEqualTo(Decision.nothing());
        assertThat(refusal(drained.alice, new UpdateFee(new FeeratePerKw(1_001))))
                .isInstanceOf(Refusal.FeeNotCovered.class);
    }

    @Test
    @Tag("rule:update-fee")
    void only_the_funder_of_a_channel_in_use_sets_its_feerate_within_bounds() {
        var feerate = new UpdateFee(new FeeratePerKw(2_000));
        assertThat(refusal(both.bob, feerate)).isInstanceOf(Refusal.NotFunder.class);
        assertThat(refusal(both.alice, new UpdateFee(new FeeratePerKw(100_001))))
                .isInstanceOf(Refusal.FeerateOutOfRange.class);
        assertThat(both.alice.only(new UpdateFee(new FeeratePerKw(1_000)))).isEqualTo(Decision.nothing());
        both.alice.tell(new Quiesce());
        assertThat(refusal(both.alice, feerate)).isInstanceOf(Refusal.Quiescing.class);
        // A block that brings other feerates refuses nothing: nobody asked.
        both.alice.context = both.alice.context.at(new BlockHeight(101), Feerates.flat(new FeeratePerKw(9_000)));
        assertThat(both.alice.only(new NewBlock(new BlockHeight(101)))).isEqualTo(Decision.nothing());
        var away = TwoChannels.open();
        away.disconnect();
        assertThat(refusal(away.alice, feerate)).isInstanceOf(Refusal.NotConnected.class);
        var closing = TwoChannels.open();
        closing.alice.tell(htlc(5_000_000, 1));
        closing.commit();
        closing.bob.tell(new ChannelCommand.Shutdown(closing.bob.context.shutdownScript()));
        closing.deliverAll();
        assertThat(refusal(closing.alice, feerate)).isInstanceOf(Refusal.ShuttingDown.class);
    }

    @Test
    void a_new_connection_that_comes_before_the_loss_of_the_old_one_drops_what_was_not_signed() {
        both.bob.tell(htlc(5_000_000, 1));
        both.deliverAll();
        assertThat(both.alice.channel().ledger().htlcs()).hasSize(1);
        both.alice.tell(new LinkUp(both.bob.features()));
        assertThat(both.alice.channel().ledger().htlcs()).isEmpty();

        var lost = TwoChannels.open();
        lost.disconnect();
        assertThat(lost.alice.only(new LinkUp(lost.bob.features())).eventsOrNone())
                .singleElement()
                .isInstanceOf(ChannelEvent.LinkRestored.class);
    }

    @Test
    void after_a_lost_connection_the_closing_fee_is_negotiated_anew() {
        both.bob.tell(new ChannelCommand.Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        assertThat(both.alice.state).isInstanceOf(ChannelState.Negotiating.class);
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        assertThat(both.alice.effects(ChannelEffect.Publish.class)).last()
                .isEqualTo(both.bob.effects(ChannelEffect.Publish.class).getLast());
        assertThat(both.alice.state).isInstanceOf(ChannelState.Closing.class);
        assertThat(both.alice.effects(ChannelEffect.Send.class))
                .filteredOn(send -> send.message() instanceof ClosingSigned)
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void announcement_signatures_that_were_lost_are_asked_for_by_repeating_ours() {
        FundingConfirmed deep = both.confirmed(6);
        both.alice.tell(deep);
        both.disconnect();
        both.bob.tell(deep);
        both.bob.outbox.clear();
        both.reconnect();
        both.deliverAll();
        for (Participant p : List.of(both.alice, both.bob))
            assertThat(p.effects(ChannelEffect.AnnounceChannel.class)).as(p.name).isNotEmpty();
        // Who has the peer's does not begin again.
        both.disconnect();
        both.reconnect();
        both.alice.outbox.removeIf(ChannelReestablish.class::isInstance);
        assertThat(both.alice.outbox).noneMatch(AnnouncementSignatures.class::isInstance);
    }
}
