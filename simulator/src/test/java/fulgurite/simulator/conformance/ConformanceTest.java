package fulgurite.simulator.conformance;

import static fulgurite.simulator.node.Village.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import fulgurite.node.Node;
import fulgurite.node.NodeSettings;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.OpenChannel;
import fulgurite.protocol.wire.OpenChannelTlv;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestBackend;
import fulgurite.simulator.chain.RegtestChain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/conformance.md: what a suite that knows the secrets is shown. */
class ConformanceTest {
    /** @bolt 3, Appendix C, where the HTLC basepoint is the payment basepoint; the seed of Appendix D */
    private static final String SETTINGS = """
            conformance {
              node-private-key = "0000000000000000000000000000000000000000000000000000000000000001"
              funding-private-keys = [
                "30ff4956bbdd3222d44cc5e8a1261dab1e07957bdac5ae88fe3261ef321f3749",
                "1552dfba4f6cf29a62a0af13c8d6981d36d0ef8d61ba10fb0fe90da7634d7e13"]
              revocation-basepoint-secret = "2222222222222222222222222222222222222222222222222222222222222222"
              payment-basepoint-secret = "1111111111111111111111111111111111111111111111111111111111111111"
              delayed-payment-basepoint-secret = "3333333333333333333333333333333333333333333333333333333333333333"
              htlc-basepoint-secret = "1111111111111111111111111111111111111111111111111111111111111111"
              shachain-seed = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            }
            listen.port = 0
            """;
    private static final String GENERATOR = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private static final PublicKey FIRST = PublicKey
            .fromHex("023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb");
    private static final PublicKey SECOND = PublicKey
            .fromHex("030e9f7b623d2ccc7c9bd44d66d5ce21ce504c0acf6385a132cec6d3c39fa711c1");
    private static final PrivateKey FIRST_PER_COMMITMENT = PrivateKey
            .fromHex("7cc854b54e3e0dcdb010d7a3fee464a9687be6e8db3be6854c475621e007a5dc");

    @TempDir
    Path directory;

    @Test
    void a_peer_sees_what_follows_from_the_secrets_that_are_set() throws IOException {
        Node node = node();
        try (Suite suite = Suite.connect(node.running().listening().orElseThrow(),
                new NodeId(PublicKey.fromHex(GENERATOR)), secret(7))) {
            AcceptChannel first = open(suite, 1);
            assertThat(first.fundingPubkey()).isEqualTo(FIRST);
            assertBasepoints(first);

            AcceptChannel second = open(suite, 2);
            assertThat(second.fundingPubkey()).isEqualTo(SECOND);
            assertBasepoints(second);
            assertThat(open(suite, 3).fundingPubkey()).isEqualTo(SECOND);
        } finally {
            await(node.service().stop());
        }
    }

    /** @bolt 3, Appendix C and Appendix D */
    private static void assertBasepoints(AcceptChannel shown) {
        assertThat(shown.revocationBasepoint().toHex())
                .isEqualTo("02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27");
        assertThat(shown.paymentBasepoint().toHex())
                .isEqualTo("034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa");
        assertThat(shown.htlcBasepoint()).isEqualTo(shown.paymentBasepoint());
        assertThat(shown.delayedPaymentBasepoint().toHex())
                .isEqualTo("023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1");
        assertThat(shown.firstPerCommitmentPoint()).isEqualTo(Curve.publicKey(FIRST_PER_COMMITMENT));
    }

    private Node node() {
        NodeSettings settings = NodeSettings.of(ConfigFactory.parseString(SETTINGS)
                .withFallback(ConfigFactory.parseMap(Map.of("data", directory.toString()))));
        return await(Node.start(settings, new RegtestBackend(RegtestChain.create(ChainSettings.DEFAULT))));
    }

    /** Offers a channel. @return what the node answers */
    private static AcceptChannel open(Suite suite, int number) throws IOException {
        suite.send(new OpenChannel(BitcoinNetwork.REGTEST.chainHash(),
                ChannelId.fromHex("%064x".formatted(number)), new Satoshi(1_000_000), MilliSatoshi.ZERO,
                new Satoshi(546), new MilliSatoshi(1_000_000_000), new Satoshi(10_000), MilliSatoshi.ZERO,
                new FeeratePerKw(1_000), new CltvDelta(6), 483, point(20 + number), point(30), point(40), point(50),
                point(60), point(70), 0, TlvStream.of((OpenChannelTlv) ChannelType.ANCHORS)));
        return suite.expect(AcceptChannel.class);
    }

    private static PublicKey point(int number) {
        return Curve.publicKey(secret(number));
    }

    private static PrivateKey secret(int number) {
        return new PrivateKey(Bytes.fromHex("%064x".formatted(number)));
    }
}
