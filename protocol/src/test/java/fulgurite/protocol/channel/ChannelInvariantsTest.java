package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelEvent.*;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.invariants.ChannelInvariants;
import fulgurite.protocol.channel.invariants.Invariant;
import fulgurite.protocol.channel.invariants.InvariantBreach;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.RevokeAndAck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** For each invariant an event (or an effect) that no rule would decide, and that is caught. */
class ChannelInvariantsTest {
    private static final Signature ANY = new Signature(Bytes.zeros(64));
    private final TwoChannels both = TwoChannels.open();
    private final Participant alice = both.alice;
    private final Participant bob = both.bob;

    @Test
    void a_millisatoshi_that_appears_is_caught() {
        broken(Invariant.CONSERVATION, new FeeProposed(new FeeratePerKw(1001)),
                l -> new Ledger(l.funder(), l.local().plus(new MilliSatoshi(1)), l.remote(), l.feerate(), l.htlcs(),
                        l.fees(), l.nextOffered(), l.nextReceived(), l.nextSequence(), l.archive()));
    }

    @Test
    void a_millisatoshi_that_goes_to_the_other_side_is_caught() {
        broken(Invariant.CONSERVATION, new FeeProposed(new FeeratePerKw(1001)),
                l -> new Ledger(l.funder(), l.local().minus(new MilliSatoshi(1)),
                        l.remote().plus(new MilliSatoshi(1)), l.feerate(), l.htlcs(), l.fees(), l.nextOffered(),
                        l.nextReceived(), l.nextSequence(), l.archive()));
    }

    @Test
    void an_htlc_beyond_the_balance_is_caught() {
        broken(Invariant.NO_DEBT, offered(0, 700_000_001));
        broken(Invariant.NO_DEBT, new HtlcAdded(0, new MilliSatoshi(300_000_001), hash(1), new CltvExpiry(200),
                TwoChannels.ONION, false));
    }

    @Test
    void an_htlc_that_takes_its_offerer_below_the_reserve_is_caught() {
        // Both reserves are 10,000 sat.
        broken(Invariant.RESERVE, offered(0, 690_000_001));
        broken(Invariant.RESERVE, new HtlcAdded(0, new MilliSatoshi(290_000_001), hash(1), new CltvExpiry(200),
                TwoChannels.ONION, false));
        assertThat(breach(alice.state, new HtlcAdded(0, new MilliSatoshi(290_000_000), hash(1), new CltvExpiry(200),
                TwoChannels.ONION, false))).isEmpty();
    }

    @Test
    void an_htlc_whose_fee_the_opener_cannot_pay_is_caught_whoever_offers_it() {
        // 1124 + 172 units at 1000 sat each thousand, and two anchors: 1296 + 660 sat beside the reserve.
        broken(Invariant.RESERVE, offered(0, 690_000_000 - 1_956_000 + 1));
        assertThat(breach(alice.state, offered(0, 690_000_000 - 1_956_000))).isEmpty();
        alice.tell(htlc(685_000_000, 1));
        both.commit();
        assertThat(breach(bob.state, offered(0, 200_000_000))).isEmpty();
        alice.tell(htlc(1_000_000, 2));
        both.commit();
        // Alice has 14,000 sat: 10,000, and 2,100 with an HTLC of Bob. At twice the feerate she could not pay it.
        ChannelState dear = Channel.evolve(bob.state, new FeeProposedByPeer(new FeeratePerKw(2100)));
        ChannelState then = acknowledged(dear);
        assertThat(breach(then, offered(0, 200_000_000))).map(InvariantBreach::invariant).contains(Invariant.RESERVE);
    }

    /** The peer's feerate in our ledger, as when both had acknowledged it. */
    private static ChannelState acknowledged(ChannelState state) {
        return with(state, l -> new Ledger(l.funder(), l.local(), l.remote(), l.fees().getLast().feerate(), l.htlcs(),
                List.of(), l.nextOffered(), l.nextReceived(), l.nextSequence(), l.archive()));
    }

    @Test
    void a_feerate_that_the_opener_cannot_pay_beside_its_reserve_is_caught() {
        broken(Invariant.RESERVE, new FeeProposed(new FeeratePerKw(690_000)));
        assertThat(breach(bob.state, new FeeProposedByPeer(new FeeratePerKw(690_000))))
                .map(InvariantBreach::invariant)
                .contains(Invariant.RESERVE);
    }

    @Test
    void the_opener_may_fall_below_its_reserve_by_what_the_other_side_adds() {
        alice.tell(htlc(685_000_000, 1));
        both.commit();
        // Alice has 15,000 sat; thirty HTLCs of Bob cost her 172 sat each.
        for (int i = 2; i < 40; i++) {
            ChannelEvent event = new HtlcAdded(i - 2, new MilliSatoshi(1_000_000), hash(i), new CltvExpiry(200),
                    TwoChannels.ONION, false);
            assertThat(breach(alice.state, event)).isEmpty();
            alice.state = Channel.evolve(alice.state, event);
        }
    }

    @Test
    void a_number_that_is_signed_twice_is_caught() {
        alice.tell(htlc(5_000_000, 1), new Commit());
        alice.tell(htlc(5_000_000, 2));
        broken(Invariant.SIGNATURES, new CommitmentSent(ANY, List.of(ANY, ANY)));
    }

    @Test
    void a_signature_without_a_change_is_caught() {
        broken(Invariant.SIGNATURES, new CommitmentSent(ANY, List.of()));
    }

    @Test
    void a_commitment_with_too_few_signatures_is_caught() {
        alice.tell(htlc(5_000_000, 1));
        broken(Invariant.SIGNATURES, new CommitmentSent(ANY, List.of()));
    }

    @Test
    void a_revocation_of_the_only_commitment_is_caught() {
        broken(Invariant.SIGNATURES, new RevocationReceived(alice.context.keys().perCommitmentSecret(0),
                alice.context.keys().perCommitmentPoint(5)));
    }

    @Test
    void giving_a_secret_away_after_the_end_has_begun_on_chain_is_caught() {
        alice.tell(new ForceClose());
        broken(Invariant.SIGNATURES, new CommitmentReceived(ANY, List.of()));
        broken(Invariant.SIGNATURES, new HtlcRemoved(0, new HtlcResult.Failed(Bytes.EMPTY)));
    }

    @Test
    void publishing_a_revoked_commitment_is_caught() {
        Tx old = CommitmentSigning.latestSigned(alice.context.keys(), alice.channel());
        alice.tell(htlc(5_000_000, 1));
        both.commit();

        broken(Invariant.SIGNATURES, new ClosedUnilaterally("by mistake", Optional.of(old)));
        wrong(alice.state, new ChannelEffect.Publish(old));
        alice.tell(new ForceClose());
        wrong(alice.state, new ChannelEffect.Publish(old));
        assertThat(ChannelInvariants.ofEffects(alice.context, alice.state,
                List.copyOf(alice.effects(ChannelEffect.Publish.class).subList(1, 2)))).isEmpty();
    }

    @Test
    void publishing_while_the_peer_has_proved_that_we_are_behind_is_caught() {
        Tx latest = CommitmentSigning.latestSigned(alice.context.keys(), alice.channel());
        ChannelState behind = Channel.evolve(alice.state, new ClosedUnilaterally("behind", Optional.empty()));
        wrong(behind, new ChannelEffect.Publish(latest));
    }

    @Test
    void the_secret_of_the_latest_commitment_never_goes_out() {
        alice.tell(htlc(5_000_000, 1));
        both.commit();
        long latest = bob.channel().chain().localNumber();
        var keys = bob.context.keys();
        var secret = new RevokeAndAck(bob.channel().id(), keys.perCommitmentSecret(latest),
                keys.perCommitmentPoint(latest + 2));
        assertThat(ChannelInvariants.ofEffects(bob.context, bob.state, List.of(new ChannelEffect.Send(secret))))
                .map(InvariantBreach::invariant)
                .contains(Invariant.SIGNATURES);
    }

    @Test
    void a_signature_other_than_the_recorded_one_is_caught() {
        alice.tell(htlc(5_000_000, 1), new Commit());
        ChannelId id = alice.channel().id();
        wrong(alice.state, new ChannelEffect.Send(new CommitmentSigned(id, ANY, List.of(ANY))));
    }

    @Test
    void closing_together_while_an_htlc_is_pending_is_caught() {
        alice.tell(htlc(5_000_000, 1));
        both.commit();
        wrong(alice.state, new ChannelEffect.Send(new ClosingSigned(alice.channel().id(), new Satoshi(1000), ANY)));
        broken(Invariant.SIGNATURES, new MutualCloseAgreed(alice.channel().fundingTx().orElseThrow()));
    }

    @Test
    void an_id_that_is_left_out_is_caught() {
        broken(Invariant.STAGES, offered(1, 1_000_000));
        broken(Invariant.STAGES, new HtlcAdded(7, new MilliSatoshi(1000), hash(1), new CltvExpiry(200),
                TwoChannels.ONION, false));
    }

    @Test
    void an_htlc_that_is_removed_too_early_or_twice_is_caught() {
        bob.tell(htlc(1_000_000, 1));
        both.deliverAll();
        broken(Invariant.STAGES, new HtlcRemoved(0, new HtlcResult.Failed(Bytes.EMPTY)));
        both.commit();
        alice.tell(new FulfilHtlc(0, preimage(1)));
        broken(Invariant.STAGES, new HtlcRemoved(0, new HtlcResult.Failed(Bytes.EMPTY)));
        broken(Invariant.STAGES, new HtlcRemoved(5, new HtlcResult.Failed(Bytes.EMPTY)));
    }

    @Test
    void a_preimage_that_does_not_fit_is_caught() {
        bob.tell(htlc(1_000_000, 1));
        both.commit();
        broken(Invariant.STAGES, new HtlcRemoved(0, new HtlcResult.Fulfilled(preimage(2))));
        alice.tell(new ForceClose());
        broken(Invariant.STAGES, new PreimageLearned(0, preimage(2)));
    }

    @Test
    void an_htlc_that_moves_by_itself_or_vanishes_is_caught() {
        alice.tell(htlc(5_000_000, 1));
        ChannelEvent other = new FeeProposed(new FeeratePerKw(1001));
        broken(Invariant.STAGES, other, l -> with(l, List.of(at(l.htlcs().getFirst(), Stage.COMMITTED))));
        broken(Invariant.STAGES, other, l -> with(l, List.of()));
        both.commit();
        broken(Invariant.STAGES, new LinkDropped(), l -> with(l, List.of(at(l.htlcs().getFirst(), Stage.RETURNED))));
    }

    @Test
    void a_second_result_of_an_htlc_is_caught() {
        alice.tell(htlc(5_000_000, 1));
        both.commit();
        bob.tell(new FulfilHtlc(0, preimage(1)));
        both.deliverAll();
        assertThat(alice.channel().settlements()).hasSize(1);
        ChannelState twice = with(alice.state, alice.channel().with(alice.channel().settlements().getFirst()));
        assertThat(ChannelInvariants.ofEvent(alice.state, new LinkDropped(), twice))
                .map(InvariantBreach::invariant)
                .contains(Invariant.STAGES);
    }

    @Test
    void forwarding_with_a_later_deadline_stops_the_whole_batch_before_anything_is_recorded() {
        Channel.Batch batch = Channel.decideAll(alice.context, alice.state,
                List.of(htlc(5_000_000, 1), forward(Optional.of(new CltvExpiry(200))), new Commit()));

        assertThat(batch.stop()).map(stop -> stop.breach().invariant()).contains(Invariant.DEADLINES);
        assertThat(batch.stop()).map(Channel.Stop::command).contains(1);
        assertThat(batch.stop()).map(Channel.Stop::event).contains(1);
        assertThat(batch.events()).isEmpty();
        assertThat(batch.effects()).isEmpty();
        assertThat(batch.state()).isEqualTo(alice.state);
    }

    @Test
    void forwarding_without_knowing_the_incoming_deadline_is_caught_and_with_a_later_one_allowed() {
        var unknown = Channel.decideAll(alice.context, alice.state, List.of(forward(Optional.empty())));
        assertThat(unknown.stop()).map(stop -> stop.breach().invariant()).contains(Invariant.DEADLINES);
        var later = Channel.decideAll(alice.context, alice.state, List.of(forward(Optional.of(new CltvExpiry(201)))));
        assertThat(later.stop()).isEmpty();
        assertThat(later.events()).hasSize(1);
    }

    @Test
    void an_event_that_would_break_an_invariant_stops_the_batch_before_it() {
        // A satoshi that nobody put in: the next change of the balances shows it.
        Ledger wrong = Changed.of(alice.channel().ledger(), "local", new MilliSatoshi(700_001_000));
        ChannelState state = new ChannelState.Normal(alice.channel().with(wrong));
        var batch = Channel.decideAll(alice.context, state, List.of(htlc(5_000_000, 1)));
        assertThat(batch.stop()).contains(new Channel.Stop(batch.stop().orElseThrow().breach(), 0, 0, "HtlcOffered"));
        assertThat(batch.stop()).map(stop -> stop.breach().invariant()).contains(Invariant.CONSERVATION);
        assertThat(batch.events()).isEmpty();
        assertThat(batch.effects()).isEmpty();
        assertThat(batch.state()).isEqualTo(state);
        assertThat(Channel.decideAll(alice.context, state, List.of(htlc(5_000_000, 1)), false).stop()).isEmpty();
    }

    @Test
    void a_revoked_commitment_is_not_published_though_the_journal_said_so() {
        Tx revoked = Channel.localCommitment(alice.context, (ChannelState.Funded) alice.state);
        alice.tell(htlc(5_000_000, 1));
        both.commit();
        alice.tell(new ForceClose());
        var closing = (ChannelState.Closing) alice.state;
        var wrong = new ChannelState.Closing(closing.channel(),
                Changed.of(closing.progress(), "published", Optional.of(revoked)));
        var block = List.<ChannelCommand>of(new NewBlock(alice.context.height()));
        var batch = Channel.decideAll(alice.context, wrong, block);
        assertThat(batch.stop()).map(stop -> stop.breach().invariant()).contains(Invariant.SIGNATURES);
        assertThat(batch.stop()).map(Channel.Stop::cause).contains("NewBlock");
        assertThat(batch.effects()).isEmpty();
        var unchecked = Channel.decideAll(alice.context, wrong, block, false);
        assertThat(unchecked.stop()).isEmpty();
        assertThat(unchecked.effects()).contains(new ChannelEffect.Publish(revoked));
        assertThat(Channel.decideAll(alice.context, closing, block).stop()).isEmpty();
    }

    @Test
    void nothing_is_checked_when_that_is_switched_off() {
        var batch = Channel.decideAll(alice.context, alice.state, List.of(forward(Optional.empty())), false);
        assertThat(batch.stop()).isEmpty();
        assertThat(batch.events()).hasSize(1);
    }

    private static OfferHtlc forward(Optional<CltvExpiry> incoming) {
        var origin = new HtlcOrigin.Relayed(new ChannelId(Bytes.zeros(32)), 3);
        return new OfferHtlc(new MilliSatoshi(1_000_000), hash(2), new CltvExpiry(200), TwoChannels.ONION, origin,
                incoming);
    }

    private static HtlcOffered offered(long id, long msat) {
        return new HtlcOffered(id, new MilliSatoshi(msat), hash(1), new CltvExpiry(200), TwoChannels.ONION,
                new HtlcOrigin.Local(Bytes32.ZERO, 1));
    }

    private static Optional<InvariantBreach> breach(ChannelState before, ChannelEvent event) {
        return ChannelInvariants.ofEvent(before, event, Channel.evolve(before, event));
    }

    /** Alice's event as it would be applied. */
    private void broken(Invariant invariant, ChannelEvent event) {
        assertThat(breach(alice.state, event)).map(InvariantBreach::invariant).contains(invariant);
    }

    /** Alice's event, applied by code that has a fault. */
    private void broken(Invariant invariant, ChannelEvent event, UnaryOperator<Ledger> fault) {
        ChannelState after = with(Channel.evolve(alice.state, event), fault);
        assertThat(ChannelInvariants.ofEvent(alice.state, event, after))
                .map(InvariantBreach::invariant)
                .contains(invariant);
    }

    private void wrong(ChannelState state, ChannelEffect effect) {
        assertThat(ChannelInvariants.ofEffects(alice.context, state, List.of(effect)))
                .map(InvariantBreach::invariant)
                .contains(Invariant.SIGNATURES);
    }

    private static ChannelState with(ChannelState state, UnaryOperator<Ledger> change) {
        ActiveChannel c = ((ChannelState.Funded) state).channel();
        return with(state, c.with(change.apply(c.ledger())));
    }

    private static ChannelState with(ChannelState state, ActiveChannel changed) {
        assertThat(state).isInstanceOf(ChannelState.Normal.class);
        return new ChannelState.Normal(changed);
    }

    private static Ledger with(Ledger l, List<Htlc> htlcs) {
        return new Ledger(l.funder(), l.local(), l.remote(), l.feerate(), new ArrayList<>(htlcs), l.fees(),
                l.nextOffered(), l.nextReceived(), l.nextSequence(), l.archive());
    }

    private static Htlc at(Htlc h, Stage stage) {
        return new Htlc(h.offeredBy(), h.id(), h.amount(), h.paymentHash(), h.expiry(), h.onion(), h.sequence(), stage,
                h.removal(), h.origin(), h.preimage(), h.mustFail());
    }
}
