package fulgurite.protocol.graph.sync;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateChecksumTest {
    private static final String CHAIN = "06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f";

    /** The updates of the channels 103x1x0 and 109x1x0 in the tests that the protocol's implementations share. */
    @ParameterizedTest
    @CsvSource({"1112fa30, 0000670000010000, 5d50f933, 0000009000000000" + "00000000000003e80000000a",
            "f32ce968, 00006d0000010000, 5d50f935, 01000030000000000000000000000064" + "0000000b00000000000186a0"})
    void is_that_of_the_published_updates(String sum, String channel, String time, String rest) {
        Bytes update = Bytes.fromHex("06".repeat(64) + CHAIN + channel + time + rest);
        assertThat(UpdateChecksum.ofEncoded(update)).isEqualTo(Long.parseLong(sum, 16));
    }

    /** RFC 3720, B.4: 32 bytes of zeros, of ones, rising and falling. They stand where the sum begins, around the time. */
    @ParameterizedTest
    @CsvSource({"8a9136aa, 0000000000000000000000000000000000000000000000000000000000000000",
            "62a8ab43, ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "46dd794e, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "113fdb5c, 1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100"})
    void is_the_crc32c_of_rfc_3720(String sum, String text) {
        assertThat(UpdateChecksum.crc32c(Bytes.fromHex("aa" + text + "bb"), 1, 33, 33, 33))
                .isEqualTo(Long.parseLong(sum, 16));
        assertThat(UpdateChecksum.crc32c(Bytes.fromHex(text.substring(0, 20) + "ffff" + text.substring(20)), 0, 10,
                12, 34)).isEqualTo(Long.parseLong(sum, 16));
    }

    @Test
    void is_the_same_at_another_time_and_another_for_other_terms() {
        ChannelUpdate update = SyncNetwork.update(1, true, 1000, 5);

        assertThat(UpdateChecksum.of(SyncNetwork.update(1, true, 2000, 5))).isEqualTo(UpdateChecksum.of(update));
        assertThat(UpdateChecksum.of(SyncNetwork.update(1, true, 1000, 6))).isNotEqualTo(UpdateChecksum.of(update));
        assertThat(UpdateChecksum.of(signedOtherwise(update))).isEqualTo(UpdateChecksum.of(update));
    }

    private static ChannelUpdate signedOtherwise(ChannelUpdate u) {
        return new ChannelUpdate(new Signature(Bytes.fromHex("77".repeat(64))), u.chainHash(), u.shortChannelId(),
                u.timestamp(), u.messageFlags(), u.channelFlags(), u.cltvExpiryDelta(), u.htlcMinimum(), u.feeBase(),
                u.feeProportionalMillionths(), u.htlcMaximum(), u.extension());
    }
}
