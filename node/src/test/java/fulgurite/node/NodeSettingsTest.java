package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import fulgurite.node.router.GossipPace;
import fulgurite.node.transport.ProxySettings;
import fulgurite.node.transport.TransportLimits;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.protocol.units.MilliSatoshi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {
    @Test
    void what_is_not_set_is_built_in() {
        NodeSettings settings = NodeSettings.regtest("alice", Path.of("somewhere"));

        assertThat(settings.alias()).isEqualTo("alice");
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("somewhere"));
        assertThat(settings.network()).isEqualTo(BitcoinNetwork.REGTEST);
        assertThat(settings.api().endpoint()).hasToString("127.0.0.1:9835");
        assertThat(settings.relay().feeBase()).isEqualTo(new MilliSatoshi(1000));
        assertThat(settings.channels()).isEqualTo(ChannelLimits.REGTEST);
    }

    @Test
    void a_setting_that_does_not_exist_or_has_no_sense_is_named() {
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("relay.fee = 5")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("relay.fee");
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("network = moonnet")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("moonnet");
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("listen.port = 70000")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("70000");
        assertThatThrownBy(() -> NodeSettings.regtest("a".repeat(33), Path.of("x")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("alias");
    }

    @Test
    void the_algorithm_that_finds_routes_is_chosen_by_its_name() {
        assertThat(NodeSettings.regtest("alice", Path.of("x")).pathFinder()).isEqualTo(PathFinders.DEFAULT);
        for (String name : PathFinders.names())
            assertThat(NodeSettings.of(ConfigFactory.parseString("router.algorithm = " + name)).pathFinder())
                    .isEqualTo(name);
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("router.algorithm = guess")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("probabilistic, dijkstra, flow");
    }

    @Test
    void channels_that_can_be_emptied_are_for_regtest() {
        assertThatThrownBy(() -> NodeSettings.of(
                ConfigFactory.parseString("network = mainnet, allow-mainnet = true, channels.zero-reserve = true")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("regtest only");
        assertThat(NodeSettings
                .of(ConfigFactory
                        .parseString("network = mainnet, allow-mainnet = true, channels.minimum-depth-blocks = 6"))
                .channels()).satisfies(limits -> {
                    assertThat(limits.zeroReserve()).isFalse();
                    assertThat(limits.minimumDepth()).isEqualTo(6);
                });
    }

    @Test
    @Tag("rule:25")
    void a_forwarding_delta_that_leaves_too_little_time_is_for_regtest() {
        assertThatThrownBy(() -> NodeSettings.of(
                ConfigFactory.parseString("network = signet, relay.expiry-delta-blocks = 33")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("34 at least");
        assertThat(NodeSettings.of(ConfigFactory.parseString("network = signet, relay.expiry-delta-blocks = 34"))
                .relay()
                .expiryDelta()
                .blocks()).isEqualTo(34);
        assertThat(NodeSettings.of(ConfigFactory.parseString("relay.expiry-delta-blocks = 6"))
                .relay()
                .expiryDelta()
                .blocks()).isEqualTo(6);
    }

    @Test
    void what_conformance_suites_set_is_for_regtest_and_must_be_secrets() {
        String one = "1".repeat(64);
        for (String set : List.of("node-private-key = " + one, "funding-private-keys = [" + one + "]",
                "revocation-basepoint-secret = " + one, "payment-basepoint-secret = " + one,
                "delayed-payment-basepoint-secret = " + one, "htlc-basepoint-secret = " + one,
                "shachain-seed = " + one, "htlc-timeouts = off")) {
            assertThatThrownBy(() -> NodeSettings.of(
                    ConfigFactory.parseString("network = signet, conformance." + set)))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("regtest only")
                    .hasMessageNotContaining(one);
            assertThat(NodeSettings.of(ConfigFactory.parseString("conformance." + set)).toString())
                    .doesNotContain(one);
        }
        for (String none : List.of("0".repeat(64), "f".repeat(64), "11", "g".repeat(64)))
            assertThatThrownBy(() -> NodeSettings.of(
                    ConfigFactory.parseString("conformance.htlc-basepoint-secret = \"" + none + "\"")))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("conformance.htlc-basepoint-secret");
        assertThat(NodeSettings.of(ConfigFactory.parseString("conformance.htlc-timeouts = off"))
                .channels()
                .htlcTimeouts()).isFalse();
    }

    @Test
    void lines_are_bounded_and_nothing_is_proxied_unless_set() {
        NodeSettings.Lines usual = NodeSettings.regtest("alice", Path.of("x")).lines();
        assertThat(usual.limits()).isEqualTo(TransportLimits.DEFAULT);
        assertThat(usual.proxy()).isEmpty();
        assertThat(usual.announced()).isEmpty();
        NodeSettings.Lines set = NodeSettings.of(ConfigFactory.parseString("""
                listen.announce = ["203.0.113.7", "[2001:db8::7]:9736"], listen.per-address.interval = 5s
                proxy { host = localhost, always = on }""")).lines();
        assertThat(set.announced()).hasSize(2);
        assertThat(set.limits().perAddress().interval()).hasSeconds(5);
        assertThat(set.proxy()).contains(new ProxySettings("localhost", 9050, true));
        assertThatThrownBy(
                () -> NodeSettings.of(ConfigFactory.parseString("listen.announce = [\"a.example\", b.example]")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("one name");
    }

    @Test
    void the_password_is_never_shown() {
        NodeSettings settings = NodeSettings.of(ConfigFactory.parseString("api.password = tresor"));

        assertThat(settings.api().password()).contains("tresor");
        assertThat(settings.toString()).doesNotContain("tresor");
    }

    @Test
    void a_network_is_one_of_four_and_mainnet_wants_a_word_more() {
        assertThat(NodeSettings.of(ConfigFactory.parseString("network = testnet4")).network())
                .isEqualTo(BitcoinNetwork.TESTNET4);
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("network = testnet3")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("[mainnet, testnet4, signet, regtest]");
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("network = mainnet")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("allow-mainnet");
        assertThat(NodeSettings.of(ConfigFactory.parseString("network = mainnet, allow-mainnet = true")).network())
                .isEqualTo(BitcoinNetwork.MAINNET);
    }

    @Test
    void gossip_goes_on_every_60_seconds_but_at_once_on_regtest_and_as_set() {
        assertThat(NodeSettings.of(ConfigFactory.parseString("network = signet")).gossip().flush())
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(NodeSettings.regtest("alice", Path.of("x")).gossip().flush()).isEqualTo(Duration.ofMillis(200));
        var set = NodeSettings.of(ConfigFactory.parseString(
                "gossip { flush-interval = 5s, sync-peers = 1, sync-interval = 20m }")).gossip();
        assertThat(set.flush()).isEqualTo(Duration.ofSeconds(5));
        assertThat(set.askedAtOnce()).isOne();
        assertThat(set.askAgain()).isEqualTo(Duration.ofMinutes(20));
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString("gossip.flush-interval = 0s")))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("gossip");
    }

    @Test
    void the_pace_of_gossip_is_as_set_and_what_has_no_sense_is_refused_by_name() {
        assertThat(NodeSettings.regtest("alice", Path.of("x")).gossip().pace()).isEqualTo(GossipPace.DEFAULT);
        GossipPace set = NodeSettings.of(ConfigFactory.parseString("""
                gossip {
                  per-peer { burst = 400, each-second = 7, question-cost = 20, ignored = 30, forged = 2 }
                  per-speaker { burst = 3, interval = 90s }
                }""")).gossip().pace();
        assertThat(set).isEqualTo(new GossipPace(400, 7, 20, 30, 2,
                new GossipPace.Speaker(3, Duration.ofSeconds(90))));
        expectRefusal("gossip.per-peer.burst = 0", "per-peer", "one at once or more, got 0");
        expectRefusal("gossip.per-peer.each-second = 2000000", "per-peer", "1 to 1000000 messages a second");
        expectRefusal("gossip.per-peer.burst = 100", "per-peer", "0 to 100 messages", "got 250");
        expectRefusal("gossip.per-peer.ignored = 0", "per-peer", "ignored");
        expectRefusal("gossip.per-peer.forged = -1", "per-peer", "forged");
        expectRefusal("gossip.per-speaker.burst = 0", "per-speaker", "1 to 1000000 are heard at once, got 0");
        expectRefusal("gossip.per-speaker.interval = 0s", "per-speaker", "once a millisecond");
        expectRefusal("gossip.per-peer.bursts = 5", "gossip.per-peer.bursts");
        expectRefusal("gossip.per-peer.burst = many", "gossip.per-peer.burst");
    }

    private static void expectRefusal(String setting, String... says) {
        assertThatThrownBy(() -> NodeSettings.of(ConfigFactory.parseString(setting)))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContainingAll(says);
    }
}
