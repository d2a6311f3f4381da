package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.SimpleCloses.complete;
import static fulgurite.protocol.channel.SimpleCloses.simple;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.transactions.SimpleClose.Form;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ClosingComplete;
import fulgurite.protocol.wire.ClosingSig;
import fulgurite.protocol.wire.ClosingTlv;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a peer may say wrongly in option_simple_close. Alice has 700,000 sat, Bob 300,000. */
@Tag("rule:21")
class SimpleCloseRefusalsTest {
    private final TwoChannels both = simple(TwoChannels.open());

    @Test
    void a_closing_complete_that_would_cost_us_or_breaks_a_rule_is_warned_about() {
        SimpleCloses.begin(both);
        Bytes alices = both.alice.context.shutdownScript();
        Bytes bobs = both.bob.context.shutdownScript();
        assertWarned(complete(both.alice, alices, alices, 1_000, 0, Form.BOTH), "another script than ours");
        assertWarned(complete(both.alice, Bytes.fromHex("51"), bobs, 1_000, 0, Form.BOTH), "no allowed form");
        assertWarned(complete(both.alice, Bytes.fromHex("6a0501020304"), bobs, 1_000, 0, Form.BOTH),
                "no allowed form");
        assertWarned(new ClosingComplete(both.bob.channel().id(), alices, bobs, new Satoshi(700_001), 0),
                "beyond the closer's balance");
        // Ours is no dust: a transaction without it is not signed.
        assertWarned(complete(both.alice, alices, bobs, 1_000, 0, Form.CLOSER_ONLY), "lacks the signature");
        ClosingComplete fine = complete(both.alice, alices, bobs, 1_000, 0, Form.BOTH);
        assertWarned(new ClosingComplete(fine.channelId(), alices, bobs, new Satoshi(999), 0, fine.tlvs()),
                "invalid signature");
        assertThat(Channel.decide(both.bob.context, both.bob.state, new Receive(fine)))
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void a_script_promised_at_opening_is_kept_to_in_closing_complete() {
        var promising = new TwoChannels(ChannelLimits.REGTEST);
        promising.alice.context = promising.alice.context
                .with(promising.alice.context.limits().withUpfrontShutdown(true));
        promising.alice.tell(promising.openCommand(false));
        promising.deliverAll();
        promising.confirm(1);
        promising.deliverAll();
        simple(promising);
        promising.bob.tell(new Shutdown(promising.bob.context.shutdownScript()));
        promising.deliverAll();
        var other = complete(promising.alice, promising.bob.context.shutdownScript(),
                promising.bob.context.shutdownScript(), 1_000, 0, Form.BOTH);
        assertThat(promising.bob.only(new Receive(other))).isInstanceOfSatisfying(Decision.Violated.class,
                v -> assertThat(v.violation().message()).contains("promised"));
    }

    @Test
    void a_closing_sig_that_fits_no_closing_complete_is_warned_about() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        while (!(both.alice.outbox.peek() instanceof ClosingSig)) both.alice.outbox.poll();
        var m = (ClosingSig) both.alice.outbox.poll();
        var sig = ((ClosingTlv.CloserAndCloseeOutputs) m.tlvs().records().getFirst()).signature();
        assertWarned(new ClosingSig(m.channelId(), m.closerScriptpubkey(), m.closeeScriptpubkey(),
                m.fee().plus(new Satoshi(1)), m.locktime(), m.tlvs()), "answers no closing_complete");
        assertWarned(sig(m, TlvStream.empty()), "exactly one signature");
        assertWarned(sig(m, TlvStream.of(new ClosingTlv.CloserOutputOnly(sig),
                new ClosingTlv.CloserAndCloseeOutputs(sig))), "exactly one signature");
        assertWarned(sig(m, TlvStream.of(new ClosingTlv.CloseeOutputOnly(sig))), "which we did not");
        Signature other = both.bob.channel().chain().signature();
        assertWarned(sig(m, TlvStream.of(new ClosingTlv.CloserAndCloseeOutputs(other))), "invalid signature");
        assertThat(both.bob.only(new Receive(m))).isInstanceOf(Decision.Accepted.class);
        assertWarned(m, "answers no closing_complete");
    }

    private void assertWarned(fulgurite.protocol.wire.LightningMessage wrong, String reason) {
        Decision decision = Channel.decide(both.bob.context, both.bob.state, new Receive(wrong));
        assertThat(decision).isInstanceOfSatisfying(Decision.Violated.class, v -> {
            assertThat(v.violation().message()).contains(reason);
            assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.DISCONNECT);
            assertThat(v.events()).isEmpty();
        });
    }

    private static ClosingSig sig(ClosingSig m, TlvStream<ClosingTlv> tlvs) {
        return new ClosingSig(m.channelId(), m.closerScriptpubkey(), m.closeeScriptpubkey(), m.fee(), m.locktime(),
                tlvs);
    }
}
