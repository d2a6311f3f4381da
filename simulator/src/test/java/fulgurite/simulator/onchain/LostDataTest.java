package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.ForceClose;
import fulgurite.protocol.channel.ChannelCommand.LinkUp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** We start from an old backup, and the peer's number is above ours. */
@OnEachChain
class LostDataTest extends Stories {
    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:lost-data/ours")
    void what_we_hold_is_never_broadcast_however_long_they_wait(Setting setting) {
        var two = open(setting);
        // They are asked to close, and do not hear it.
        Tx old = loseData(two, false);
        two.world.mine(TwoEnds.DELAY + 20);
        assertThat(two.world.chain.mempool()).doesNotContain(old);
        assertThat(two.world.confirmedSpender(two.us.channel().funding())).isEmpty();
        two.us.restart();
        two.world.mine(5);
        assertThat(two.world.confirmedSpender(two.us.channel().funding())).as("after one more restart").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:lost-data/theirs")
    void our_balance_is_salvaged_from_theirs_and_a_person_is_told(Setting setting) {
        var two = open(setting);
        loseData(two, true);
        if (!two.them.isClosing()) two.them.tell(new ForceClose());
        two.world.mine(2);
        two.assertGain(two.us, TwoEnds.OURS - 50_000);
        assertThat(two.us.warnings).isNotEmpty().last().asString().contains("lost data");
        two.world.mine(TwoEnds.DELAY);
        two.assertShares(TwoEnds.OURS - 50_000, TwoEnds.THEIRS + 50_000);
        two.world.mine(TwoEnds.FINAL_DEPTH);
        assertThat(two.us.reason()).isEqualTo("closed by the peer after we had lost data");
    }

    /** We forget a payment to them, and meet again. @return the commitment that we still hold: it is revoked */
    private static Tx loseData(TwoEnds two, boolean theyHear) {
        int backup = two.us.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 1, 50_000, two.world.height() + 100), 1);
        two.cut();
        two.us.restore(backup);
        Tx old = two.us.commitment();
        two.us.tell(new LinkUp(two.them.features()));
        two.them.tell(new LinkUp(two.us.features()));
        two.deliverOne(two.them);
        if (theyHear) two.deliverAll();
        else two.us.outbox.clear();
        assertThat(two.us.isClosing()).as("they have proved that we are behind").isTrue();
        return old;
    }
}
