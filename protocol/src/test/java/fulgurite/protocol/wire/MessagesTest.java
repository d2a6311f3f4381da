package fulgurite.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
    private static final PublicKey POINT = PublicKey.fromHex(
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void every_message_comes_back_from_its_bytes(long seed) {
        var generator = new MessageGenerator(seed);
        for (int round = 0; round < 20; round++) {
            for (LightningMessage message : generator.oneOfEach()) {
                Bytes bytes = Messages.encode(message);
                LightningMessage back = Messages.decode(bytes);
                assertThat(back).isEqualTo(message);
                assertThat(Messages.encode(back)).isEqualTo(bytes);
            }
        }
    }

    @Test
    void the_generator_knows_every_kind_of_message() {
        var generated = new TreeSet<String>();
        new MessageGenerator(1).oneOfEach().forEach(message -> generated.add(message.getClass().getSimpleName()));
        var permitted = new TreeSet<String>();
        kindsOf(LightningMessage.class).forEach(kind -> permitted.add(kind.getSimpleName()));
        assertThat(generated).isEqualTo(permitted).hasSize(35);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void a_message_cut_short_anywhere_is_malformed_or_another_message(long seed) {
        for (LightningMessage message : new MessageGenerator(seed).oneOfEach()) {
            Bytes bytes = Messages.encode(message);
            for (int length = 0; length < bytes.size(); length++) expectMessageOrMalformed(bytes.slice(0, length));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void a_message_with_changed_bytes_is_malformed_or_another_message(long seed) {
        var random = new Random(seed);
        for (LightningMessage message : new MessageGenerator(seed).oneOfEach()) {
            for (int round = 0; round < 200; round++) {
                byte[] bytes = Messages.encode(message).toByteArray();
                for (int i = 0; i <= round % 3; i++) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                expectMessageOrMalformed(Bytes.ofOwned(bytes));
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void whatever_bytes_come_they_are_a_message_or_malformed(byte[] bytes) {
        expectMessageOrMalformed(Bytes.copyOf(bytes));
    }

    @Test
    void a_message_without_all_its_fields_is_refused_with_the_name_of_the_field() {
        Bytes whole = Messages.encode(new FundingSigned(ChannelId.ALL,
                fulgurite.protocol.units.Signature.copyOf(new byte[64])));
        assertThatThrownBy(() -> Messages.decode(whole.slice(0, 40))).isExactlyInstanceOf(MalformedException.class)
                .hasMessageContaining("FundingSigned.signature");
    }

    @Test
    void an_unknown_type_is_kept_and_an_even_one_must_be_understood() {
        var odd = new UnknownMessage(32_769, Bytes.fromHex("0102"));
        var even = new UnknownMessage(32_768, Bytes.EMPTY);
        assertThat(Messages.decode(Messages.encode(odd))).isEqualTo(odd);
        assertThat(Messages.decode(Messages.encode(even))).isEqualTo(even);
        assertThat(odd.mustBeUnderstood()).isFalse();
        assertThat(even.mustBeUnderstood()).isTrue();
    }

    @Test
    void more_than_65535_bytes_are_neither_sent_nor_read() {
        assertThat(Messages.encode(new Pong(Bytes.zeros(65_531))).size()).isEqualTo(65_535);
        assertThatThrownBy(() -> Messages.encode(new Pong(Bytes.zeros(65_532))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Messages.decode(Bytes.zeros(65_536))).isExactlyInstanceOf(MalformedException.class);
    }

    @Test
    void update_add_htlc_is_laid_out_as_bolt_2_says() {
        var message = (UpdateAddHtlc) new MessageGenerator(3).oneOfEach()
                .stream()
                .filter(UpdateAddHtlc.class::isInstance)
                .findFirst()
                .orElseThrow();
        var plain = new UpdateAddHtlc(message.channelId(), 7, MilliSatoshi.msat(1234), message.paymentHash(),
                message.cltvExpiry(), message.onionRoutingPacket(),
                TlvStream.of(new UpdateAddHtlcTlv.BlindedPath(POINT)));
        var expected = new ByteWriter().writeU16(128)
                .writeBytes(message.channelId().bytes())
                .writeU64(7)
                .writeU64(1234)
                .writeBytes(message.paymentHash().bytes())
                .writeU32(message.cltvExpiry().height())
                .writeBytes(message.onionRoutingPacket())
                .writeU8(0)
                .writeU8(33)
                .writeBytes(POINT.bytes());
        assertThat(Messages.encode(plain)).isEqualTo(expected.toBytes());
    }

    @Test
    void an_amount_above_all_bitcoin_is_malformed_but_a_ceiling_is_read_as_all_of_it() {
        var open = new MessageGenerator(5).oneOfEach()
                .stream()
                .filter(OpenChannel.class::isInstance)
                .map(OpenChannel.class::cast)
                .findFirst()
                .orElseThrow();
        byte[] bytes = Messages.encode(open).toByteArray();
        int fundingAt = 2 + 32 + 32;
        int ceilingAt = fundingAt + 8 + 8 + 8;
        Arrays.fill(bytes, ceilingAt, ceilingAt + 8, (byte) 0xff);
        assertThat(((OpenChannel) Messages.decode(Bytes.copyOf(bytes))).maxHtlcValueInFlight())
                .isEqualTo(MilliSatoshi.msat(2_100_000_000_000_000_000L));
        Arrays.fill(bytes, fundingAt, fundingAt + 8, (byte) 0xff);
        assertThatThrownBy(() -> Messages.decode(Bytes.copyOf(bytes))).isExactlyInstanceOf(MalformedException.class)
                .hasMessageContaining("fundingAmount");
    }

    @Test
    void a_revoked_secret_never_shows_in_the_text_of_its_message() {
        var revoke = new RevokeAndAck(ChannelId.ALL, fulgurite.protocol.units.PrivateKey.copyOf(filled(32)), POINT);
        assertThat(revoke.toString()).doesNotContain("5a5a");
    }

    @Test
    @Tag("rule:3")
    void text_of_an_error_shows_only_printable_ascii() {
        assertThat(ErrorMessage.of(ChannelId.ALL, "no such channel").text()).isEqualTo("no such channel");
        assertThat(new Warning(ChannelId.ALL, Bytes.fromHex("411b5b337ec3a4")).text()).isEqualTo("A?[3~??");
    }

    private static byte[] filled(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 0x5a);
        return bytes;
    }

    private static void expectMessageOrMalformed(Bytes bytes) {
        LightningMessage message;
        try {
            message = Messages.decode(bytes);
        } catch (MalformedException e) {
            return;
        }
        Bytes again = Messages.encode(message);
        // A ceiling above all bitcoin is the one thing that is not kept byte for byte.
        if (!(message instanceof OpenChannel) && !(message instanceof AcceptChannel))
            assertThat(again).isEqualTo(bytes);
        assertThat(Messages.decode(again)).isEqualTo(message);
        assertThatCode(message::toString).doesNotThrowAnyException();
    }

    private static Stream<Class<?>> kindsOf(Class<?> type) {
        return type.isSealed()
                ? List.of(type.getPermittedSubclasses()).stream().flatMap(MessagesTest::kindsOf)
                : Stream.of(type);
    }
}
