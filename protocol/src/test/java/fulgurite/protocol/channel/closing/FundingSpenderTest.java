package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose transaction has spent the funding, from what can be seen of it alone. */
class FundingSpenderTest {
    private static final Bytes ALICES = Bytes.fromHex("0014" + "aa".repeat(20));
    private static final Bytes BOBS = Bytes.fromHex("0014" + "bb".repeat(20));
    private static final Bytes STRANGERS = Bytes.fromHex("0014" + "cc".repeat(20));

    private static FundingSpender of(Duet duet, int who, Tx spend) {
        return FundingSpender.of(duet.channel(who), duet.keys[who], spend);
    }

    private static Duet paid(CommitmentFormat format) {
        Duet duet = Duet.open(format);
        pay(duet);
        return duet;
    }

    private static void pay(Duet duet) {
        long id = duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        duet.fulfil(BOB, id, 1);
        duet.commit();
    }

    /** As the commitment, but for the outputs of that kind. */
    private static Tx without(Class<? extends CommitmentOutput> kind, Commitment c) {
        var kept = new ArrayList<TxOutput>();
        for (int i = 0; i < c.outputs().size(); i++)
            if (!kind.isInstance(c.outputs().get(i))) kept.add(c.tx().outputs().get(i));
        return new Tx(c.tx().version(), c.tx().inputs(), kept, c.tx().lockTime());
    }

    @ParameterizedTest
    @EnumSource
    void a_revoked_commitment_is_known_also_when_its_owner_had_nothing_in_it(CommitmentFormat format) {
        Duet duet = Duet.open(format);
        Commitment old = duet.commitment(BOB);
        pay(duet);
        assertThat(of(duet, ALICE, old.tx())).isInstanceOf(FundingSpender.TheirRevoked.class);
        assertThat(of(duet, ALICE, without(CommitmentOutput.ToLocal.class, old)))
                .isInstanceOf(FundingSpender.TheirRevoked.class);
        assertThat(of(duet, BOB, old.tx())).isInstanceOf(FundingSpender.OurRevoked.class);
        assertThat(of(duet, BOB, without(CommitmentOutput.ToLocal.class, old)))
                .isInstanceOf(FundingSpender.OurRevoked.class);
    }

    @ParameterizedTest
    @EnumSource
    void what_has_the_number_of_a_present_commitment_and_is_another_is_nobodys(CommitmentFormat format) {
        Duet duet = paid(format);
        for (int owner : new int[]{ALICE, BOB}) {
            Commitment now = duet.commitment(owner);
            Tx other = now.tx().withOutput(new TxOutput(new Satoshi(1_000), STRANGERS));
            assertThat(of(duet, owner, now.tx())).isInstanceOf(FundingSpender.OurCommitment.class);
            assertThat(of(duet, 1 - owner, now.tx())).isInstanceOf(FundingSpender.TheirCommitment.class);
            for (int who : new int[]{ALICE, BOB})
                assertThat(of(duet, who, other)).isInstanceOf(FundingSpender.Unknown.class);
        }
    }

    @Test
    void a_number_beyond_the_peers_shows_that_we_have_lost_data() {
        Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        ChannelState backup = duet.states[ALICE];
        pay(duet);
        Tx future = duet.commitment(BOB).tx();
        duet.states[ALICE] = backup;
        assertThat(of(duet, ALICE, future)).isInstanceOf(FundingSpender.Future.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_forgotten_commitment_of_ours_may_hold_nothing_for_us(CommitmentFormat format) {
        Duet duet = paid(format);
        Commitment ours = duet.commitment(BOB);
        var restored = new ChannelEvent.ChannelRestored(duet.channel(BOB).terms(), duet.channel(BOB).funding());
        duet.states[BOB] = Channel.evolve(Channel.INITIAL, restored);
        assertThat(of(duet, BOB, ours.tx())).isInstanceOfSatisfying(FundingSpender.OurForgotten.class,
                found -> assertThat(found.toLocal()).isPresent());
        assertThat(of(duet, BOB, without(CommitmentOutput.ToLocal.class, ours)))
                .isEqualTo(new FundingSpender.OurForgotten(Optional.empty()));
    }

    @Test
    void a_mutual_close_pays_nobody_but_the_two_and_only_after_both_have_shut_down() {
        Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        assertThat(of(duet, ALICE, close(duet, ALICES, BOBS))).isInstanceOf(FundingSpender.Unknown.class);
        duet.apply(ALICE, new ChannelEvent.ShutdownDecided(ALICES));
        duet.apply(ALICE, new ChannelEvent.ShutdownSent());
        assertThat(of(duet, ALICE, close(duet, ALICES))).isInstanceOf(FundingSpender.Unknown.class);
        duet.apply(ALICE, new ChannelEvent.ShutdownReceived(BOBS));
        for (Tx close : List.of(close(duet, ALICES, BOBS), close(duet, BOBS, ALICES), close(duet, BOBS)))
            assertThat(of(duet, ALICE, close)).isInstanceOf(FundingSpender.MutualClose.class);
        for (Tx close : List.of(close(duet, ALICES, STRANGERS), close(duet, STRANGERS),
                close(duet, ALICES, BOBS, STRANGERS)))
            assertThat(of(duet, ALICE, close)).isInstanceOf(FundingSpender.Unknown.class);
    }

    private static Tx close(Duet duet, Bytes... scripts) {
        ActiveChannel channel = duet.channel(ALICE);
        var outputs = new ArrayList<TxOutput>();
        for (Bytes script : scripts) outputs.add(new TxOutput(new Satoshi(100_000), script));
        return new Tx(2, List.of(TxInput.unsigned(channel.funding(), 0xfffffffdL)), outputs, 0);
    }
}
