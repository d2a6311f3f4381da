package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The funding output spent by what is no commitment. */
@OnEachChain
class FundingSpentTest extends Stories {
    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:mutual-close/ours")
    @Tag("on-chain:mutual-close/theirs")
    void what_both_have_signed_ends_the_channel_when_it_is_deep(Setting setting) {
        var two = open(setting);
        two.us.tell(new Shutdown(two.us.context().shutdownScript()));
        two.deliverAll();
        two.world.mine(1);
        assertThat(two.onChain().outputs()).hasSize(2);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
        two.world.mine(TwoEnds.FINAL_DEPTH - 2);
        assertThat(two.us.isClosed()).isFalse();
        two.world.mine(1);
        assertThat(List.of(two.us.reason(), two.them.reason())).containsOnly("closed by both");
        assertThat(two.us.warnings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ANCHORS_OURS", "STATIC_OURS"})
    @Tag("on-chain:mutual-close/theirs")
    void one_that_we_have_signed_in_an_earlier_round_is_no_surprise_though_another_one_was_agreed(Setting setting) {
        var two = open(setting);
        two.us.tell(new Shutdown(two.us.context().shutdownScript()));
        int before = two.them.journal.size();
        while (!two.them.isClosing()) {
            before = two.them.journal.size();
            two.deliverOne(two.us);
            if (!two.them.isClosing()) two.deliverOne(two.them);
        }
        Tx first = published(two.them);
        // They have both signatures, we have not heard; and now they pretend to have forgotten it, and fees are others.
        two.cut();
        two.them.restore(before);
        two.world.feerate(3_000);
        two.reconnect();
        assertThat(published(two.us)).isNotEqualTo(first);
        two.world.mineExactly(first);
        two.world.mine(TwoEnds.FINAL_DEPTH);
        assertThat(two.us.warnings).isEmpty();
        assertThat(two.us.reason()).isEqualTo("closed by both");
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,ours", "STATIC_THEIRS,ours", "ANCHORS_OURS,theirs", "STATIC_THEIRS,theirs",
            "ANCHORS_OURS,revoked", "STATIC_THEIRS,revoked", "ANCHORS_OURS,none", "STATIC_THEIRS,none"})
    @Tag("on-chain:unknown-spend/ours")
    @Tag("on-chain:unknown-spend/theirs")
    @Tag("on-chain:unknown-spend/revoked")
    void an_unknown_spend_warns_whatever_was_about_to_confirm(Setting setting, String instead) {
        var two = open(setting);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, two.world.height() + 100), 2);
        long id = two.htlc(two.us, 1, 50_000, two.world.height() + 100);
        switch (instead) {
            case "ours" -> two.weClose();
            case "theirs" -> two.theyClose();
            case "revoked" -> two.theyCheat(old);
            default -> {}
        }
        two.world.mineExactly(unknown(two));
        assertThat(two.us.isClosing()).isTrue();
        assertThat(two.us.warnings).hasSize(1).first().asString().contains("unknown").contains("lost");
        two.world.mine(TwoEnds.REASONABLE_DEPTH - 1);
        two.assertFailed(two.us, id);
        two.world.mine(TwoEnds.FINAL_DEPTH);
        assertThat(two.us.reason()).isEqualTo("spent by an unknown transaction");
        assertThat(two.us.warnings).hasSize(1);
    }

    private static Tx published(End end) {
        assertThat(end.state).isInstanceOf(ChannelState.Closing.class);
        return ((ChannelState.Closing) end.state).progress().published().orElseThrow();
    }

    /** Signed with both keys, by nobody that we know of. */
    private static Tx unknown(TwoEnds two) {
        ChannelKeys ours = two.us.context().keys();
        ChannelKeys theirs = two.them.context().keys();
        var capacity = new Satoshi(TwoEnds.OURS + TwoEnds.THEIRS);
        var bare = new Tx(2, List.of(TxInput.unsigned(two.us.channel().funding(), 0xfffffffdL)),
                List.of(new TxOutput(capacity.minus(new Satoshi(5_000)),
                        Bytes.concat(Bytes.fromHex("0014"), Bytes.fromHex("77".repeat(20))))),
                0);
        var a = ours.basepoints().funding();
        var b = theirs.basepoints().funding();
        return Funding.complete(bare, a, Funding.sign(bare, capacity, a, b, ours.funding()), b,
                Funding.sign(bare, capacity, b, a, theirs.funding()));
    }
}
