package fulgurite.protocol.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import org.junit.jupiter.api.Test;

class RawBlockTest {
    /** The first block of the main network. */
    private static final Bytes GENESIS = Bytes.fromHex("01000000" + "00".repeat(32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c01"
            + "0100000001" + "00".repeat(32) + "ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039"
            + "204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73"
            + "ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
            + "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000");

    @Test
    void reads_the_first_block_with_its_coinbase() {
        RawBlock block = RawBlock.parse(GENESIS);
        assertThat(block.hash()).isEqualTo(BitcoinNetwork.MAINNET.chainHash());
        assertThat(block.previous().bytes().isAllZero()).isTrue();
        assertThat(block.timeSeconds()).isEqualTo(1231006505);
        assertThat(block.transactions()).singleElement().satisfies(coinbase -> {
            assertThat(coinbase.inputs().getFirst().outPoint()).isEqualTo(OutPoint.NONE);
            assertThat(coinbase.outputs().getFirst().amount()).isEqualTo(new Satoshi(5_000_000_000L));
            assertThat(coinbase.toBytes()).isEqualTo(GENESIS.slice(81, GENESIS.size()));
        });
    }

    @Test
    void refuses_a_block_cut_short_anywhere_and_one_with_more_behind_it() {
        for (int size = 0; size < GENESIS.size(); size++) {
            Bytes cut = GENESIS.slice(0, size);
            assertThatThrownBy(() -> RawBlock.parse(cut)).as("%d bytes", size).isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> RawBlock.parse(GENESIS.concat(Bytes.zeros(1))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("too many");
    }
}
