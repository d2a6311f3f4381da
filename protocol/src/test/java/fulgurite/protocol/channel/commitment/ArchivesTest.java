package fulgurite.protocol.channel.commitment;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a channel remembers of HTLCs that are gone: onions that may not come again, and outputs of revoked commitments. */
class ArchivesTest {
    private static final int CHUNK = 256;

    private static OnionArchive.Seen seen(long id) {
        return new OnionArchive.Seen(id, -id, id, 1_000 + id);
    }

    private static OnionArchive onions(int count) {
        OnionArchive all = OnionArchive.EMPTY;
        for (int i = 0; i < count; i++) all = all.plus(seen(i));
        return all;
    }

    private static List<Long> ids(OnionArchive archive) {
        return archive.stream().map(OnionArchive.Seen::htlcId).toList();
    }

    private static List<Long> upTo(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void an_onion_is_known_by_the_first_sixteen_bytes_of_its_keys_coordinate() {
        // Version, the key's sign, its coordinate.
        Bytes onion = Bytes.fromHex("0002" + "0102030405060708" + "f1f2f3f4f5f6f7f8" + "aa".repeat(1348));
        assertThat(OnionArchive.of(7, onion, 500)).isEqualTo(
                new OnionArchive.Seen(0x0102030405060708L, 0xf1f2f3f4f5f6f7f8L, 7, 500));
        assertThat(OnionArchive.of(7, Bytes.fromHex("0002ff"), 500))
                .isEqualTo(new OnionArchive.Seen(0xffL << 56, 0, 7, 500));
    }

    @Test
    void onions_are_kept_in_order_and_in_chunks() {
        for (int count : new int[]{0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3}) {
            OnionArchive archive = onions(count);
            assertThat(archive.size()).isEqualTo(count);
            assertThat(ids(archive)).isEqualTo(upTo(0, count));
            assertThat(archive.chunks()).hasSize((count + CHUNK - 1) / CHUNK)
                    .allSatisfy(chunk -> assertThat(chunk).hasSizeBetween(1, CHUNK));
        }
    }

    @Test
    void an_onion_is_forgotten_at_the_height_at_which_its_htlc_expires_and_not_a_block_before() {
        OnionArchive archive = onions(2 * CHUNK + 3);
        for (int gone : new int[]{0, 1, 3, CHUNK, CHUNK + 2, CHUNK + 3, 2 * CHUNK + 2, 2 * CHUNK + 3}) {
            var height = new BlockHeight(1_000 + gone - 1);
            assertThat(archive.expired(height)).isEqualTo(gone);
            OnionArchive kept = archive.without(height);
            assertThat(ids(kept)).isEqualTo(upTo(gone, 2 * CHUNK + 3));
            assertThat(kept.chunks()).allSatisfy(chunk -> assertThat(chunk).hasSizeBetween(1, CHUNK));
            assertThat(ids(kept.plus(seen(5_000)))).endsWith(5_000L).hasSize(2 * CHUNK + 4 - gone);
        }
        assertThat(archive.without(new BlockHeight(9_000))).isEqualTo(OnionArchive.EMPTY);
    }

    @Test
    void htlcs_that_are_gone_are_kept_in_order_and_in_chunks() {
        for (int count : new int[]{0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3}) {
            HtlcArchive archive = HtlcArchive.EMPTY;
            for (int i = 0; i < count; i++)
                archive = archive.plus(new CommittedHtlc(CommittedHtlc.Direction.OFFERED, i, new MilliSatoshi(1),
                        new PaymentHash(Bytes.zeros(32)), new CltvExpiry(1)));
            assertThat(archive.size()).isEqualTo(count);
            assertThat(archive.stream().map(CommittedHtlc::id).toList()).isEqualTo(upTo(0, count));
            assertThat(archive.chunks()).hasSize((count + CHUNK - 1) / CHUNK)
                    .allSatisfy(chunk -> assertThat(chunk).hasSizeBetween(1, CHUNK));
        }
    }
}
