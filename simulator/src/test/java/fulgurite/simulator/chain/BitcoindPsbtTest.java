package fulgurite.simulator.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.Psbt;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.transactions.OutsideFunding.Checked;
import fulgurite.protocol.transactions.OutsideFunding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.Bitcoind;
import fulgurite.simulator.bitcoind.PlayedOn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PSBTs between this node and the wallet of a real bitcoind. */
class BitcoindPsbtTest {
    private static final TxOutput CHANNEL = new TxOutput(new Satoshi(1_000_000),
            Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32))));

    @TempDir
    Path directory;
    private Bitcoind bitcoind;

    @BeforeEach
    void start() {
        PlayedOn.BITCOIND.assumePresent();
        bitcoind = Bitcoind.start(directory);
        bitcoind.call("createwallet", "outside");
    }

    @AfterEach
    void close() {
        if (bitcoind != null) bitcoind.close();
    }

    @Test
    void bitcoind_reads_what_says_only_what_is_to_be_paid() {
        JsonNode read = bitcoind.call("decodepsbt", Psbt.paying(List.of(CHANNEL)).toBase64());

        assertThat(read.at("/tx/vin")).isEmpty();
        assertThat(read.at("/tx/vout/0/value").decimalValue()).isEqualByComparingTo("0.01");
        assertThat(read.at("/tx/vout/0/scriptPubKey/hex").asText()).isEqualTo(CHANNEL.script().toHex());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bech32", "bech32m"})
    void a_channel_is_funded_by_what_bitcoind_has_signed_final_or_not(String kind) {
        String mine = bitcoind.call("getnewaddress", "", kind).asText();
        bitcoind.call("generatetoaddress", 101, mine);
        String address = Address.ofScript(CHANNEL.script(), BitcoinNetwork.REGTEST).orElseThrow().toString();
        String made = bitcoind.call("walletcreatefundedpsbt", List.of(), List.of(Map.of(address, "0.01")), 0,
                Map.of("fee_rate", 5))
                .path("psbt")
                .asText();
        assertThat(check(made)).isEqualTo(new Checked.Wrong("an input of it is not signed"));
        String open = bitcoind.call("walletprocesspsbt", made, true, "DEFAULT", true, false).path("psbt").asText();
        String last = bitcoind.call("walletprocesspsbt", made).path("psbt").asText();

        Checked.Fits fits = (Checked.Fits) check(open);
        assertThat(((Checked.Fits) check(last)).tx().txid()).isEqualTo(fits.tx().txid());
        assertThat(fits.tx().outputs().get(fits.index())).isEqualTo(CHANNEL);
        assertThat(bitcoind.call("sendrawtransaction", fits.tx().toBytes().toHex()).asText())
                .isEqualTo(fits.tx().txid().toString());
    }

    private static Checked check(String psbt) {
        return OutsideFunding.check(Psbt.fromBase64(psbt), CHANNEL);
    }
}
