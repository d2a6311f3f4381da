package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void an_event_is_one_line_of_names_and_values() {
        assertThat(Words.line(new ChannelEvent.FeeProposed(new FeeratePerKw(253))))
                .isEqualTo("fee proposed: feerate 253 sat/kw");
        assertThat(Words.line(new ChannelEvent.ReadySent())).isEqualTo("ready sent");
    }

    @Test
    void long_bytes_are_shortened() {
        var event = new ChannelEvent.HtlcRemoved(7, new HtlcResult.Failed(Bytes.fromHex("ab".repeat(32))));

        assertThat(Words.line(event)).isEqualTo(
                "htlc removed: htlc id 7, result failed (reason abababababab… (32 bytes))");
    }

    @Test
    void secrets_are_hidden() {
        var event = new ChannelEvent.RevocationReceived(new PrivateKey(Bytes.fromHex("0b".repeat(32))),
                (PublicKey) new SampleValues(1).of(PublicKey.class));

        assertThat(Words.line(event)).contains("secret hidden").doesNotContain("0b0b0b");
        var paid = new ChannelEvent.PreimageLearned(7, new PaymentPreimage(Bytes.fromHex("0b".repeat(32))));
        assertThat(Words.line(paid)).isEqualTo("preimage learned: htlc id 7, preimage hidden");
        assertThat(Words.page(event)).contains("secret hidden").doesNotContain("0b0b0b");
    }

    @Test
    void every_kind_of_event_has_words() {
        EventFormatTest.everyKindOfEvent()
                .forEach(kind -> assertThat(Words.line((Record) new SampleValues(3).of(kind))).isNotBlank()
                        .doesNotContain("\n", "Optional[", "Bytes["));
    }
}
