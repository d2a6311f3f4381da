package fulgurite.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.api.NodeService;
import fulgurite.node.journal.JournalReader;
import fulgurite.node.journal.JournalStore;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Link;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.PlayedOn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The stories of the three-node prototype that this project descends from, on real nodes over WebSockets with file journals. */
@ParameterizedClass(name = "on {0}")
@EnumSource(PlayedOn.class)
class StoriesTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Satoshi COINS = new Satoshi(100_000_000);
    /** What a story may lose to on-chain fees altogether: a few small transactions. */
    private static final Satoshi FEES = new Satoshi(50_000);
    @Parameter
    private PlayedOn on = PlayedOn.REGTEST_CHAIN;
    @TempDir
    private Path directory;
    private Optional<LocalNetwork> started = Optional.empty();
    private LocalNetwork network;
    private DemoActions actions;

    @BeforeEach
    void three_funded_nodes() {
        network = LocalNetwork.start(directory, on.start(), List.of("alice", "bob", "carol"), line -> {});
        started = Optional.of(network);
        actions = new DemoCommands(network, new PrintWriter(new StringWriter())).actions();
        for (String name : network.names()) network.fund(name, COINS);
        actions.mineQuietly(1);
    }

    /** Whatever the story was: the journals that it leaves behind, replayed, are what the nodes held to the last, field by field. */
    @AfterEach
    void stop_and_find_the_same_states_in_the_journals() {
        if (started.isEmpty()) return;
        actions.awaitSettled();
        var live = new TreeMap<String, SortedMap<Long, ChannelState>>();
        for (String name : network.names())
            if (network.isRunning(name)) {
                Waiting.until(() -> network.states(name).values().stream().allMatch(StoriesTest::isQuiet), LONG,
                        "every origin to know its result at " + name);
                live.put(name, network.states(name));
            }
        network.close();

        live.forEach((name, states) -> {
            try (var journal = JournalReader.open(new JournalStore.H2File(directory.resolve(name)))) {
                for (JournalReader.Summary summary : journal.list())
                    if (summary.persistenceId().startsWith("channel|")) {
                        ChannelState replayed = replayed(journal, summary);
                        long index = Long.parseLong(summary.persistenceId()
                                .substring(summary.persistenceId().lastIndexOf('|') + 1));
                        ChannelState held = states.getOrDefault(index, Channel.INITIAL);
                        // What is over is archived and alive nowhere; an opening ends with its link.
                        if (!states.containsKey(index)) assertThat(replayed).isInstanceOf(ChannelState.Closed.class);
                        else
                            if (!(held instanceof ChannelState.Funded))
                                assertThat(replayed).isNotInstanceOf(ChannelState.Funded.class);
                        else
                                assertThat(withoutLink(replayed)).isEqualTo(withoutLink(held));
                    }
            }
        });
    }

    private static boolean isQuiet(ChannelState state) {
        return !(state instanceof ChannelState.Funded funded) || funded.channel().settlements().isEmpty();
    }

    /** The first law: once the link is lost, the replayed state is the live one. */
    private static ChannelState withoutLink(ChannelState state) {
        return state instanceof ChannelState.Established open && !(open.channel().link() instanceof Link.Down)
                ? Channel.evolve(state, new ChannelEvent.LinkDropped())
                : state;
    }

    private static ChannelState replayed(JournalReader journal, JournalReader.Summary summary) {
        ChannelState state = Channel.INITIAL;
        for (JournalReader.Recorded recorded : journal.events(summary.persistenceId()))
            state = Channel.evolve(state, (ChannelEvent) recorded.event());
        return state;
    }

    @Test
    void setup_three_nodes_with_coins_that_know_the_same_chain() {
        for (String name : network.names()) {
            NodeService.Info info = get(node(name).info());
            assertThat(info.alias()).isEqualTo(name);
            assertThat(info.blockHeight()).isEqualTo(network.height());
            assertThat(get(node(name).balance()).onChainConfirmed()).isEqualTo(COINS);
        }
    }

    @Test
    void basic_open_pay_both_ways_and_close_with_each_wallet_holding_its_share() {
        actions.open("alice", "bob", btc(75), btc(25), false);
        pay("alice", "bob", sat(10_000_000));
        pay("bob", "alice", sat(4_000_000));
        pay("alice", "bob", new MilliSatoshi(1));

        assertThat(ours("alice", "bob")).isEqualTo(new MilliSatoshi(44_000_000_000L - 1));
        assertThat(ours("bob", "alice")).isEqualTo(new MilliSatoshi(31_000_000_000L + 1));
        actions.close("alice", "bob", false);
        actions.mineQuietly(6);

        // Either may have paid for the closing transaction: each proposes one at its own expense.
        assertThat(onChain("bob")).isBetween(COINS.plus(new Satoshi(31_000_000)).minus(FEES),
                COINS.plus(new Satoshi(31_000_000)));
        assertThat(onChain("alice")).isBetween(COINS.minus(new Satoshi(31_000_000)).minus(FEES),
                COINS.minus(new Satoshi(31_000_000)).minus(new Satoshi(1)));
    }

    @Test
    void stress_whole_balances_are_spent_to_exactly_zero_and_empty_accounts_close() {
        actions.open("carol", "alice", btc(10), btc(4), true);
        actions.open("carol", "bob", btc(10), btc(4), true);

        for (String payer : List.of("alice", "bob")) {
            MilliSatoshi half = sat(2_000_000);
            pay(payer, "carol", half);
            pay(payer, "carol", ours(payer, "carol"));
            assertThat(ours(payer, "carol")).isEqualTo(MilliSatoshi.ZERO);
        }
        for (String payer : List.of("alice", "bob")) actions.close("carol", payer, false);
        actions.mineQuietly(6);

        assertThat(onChain("alice")).isEqualTo(COINS);
        assertThat(onChain("bob")).isEqualTo(COINS);
        assertThat(onChain("carol")).isBetween(COINS.minus(FEES), COINS.minus(new Satoshi(1)));
    }

    @Test
    void unilateral_close_while_the_peer_is_down() {
        actions.open("alice", "bob", btc(50), btc(20), false);
        pay("alice", "bob", sat(1_000_000));
        network.stop("bob");

        actions.close("alice", "bob", true);
        actions.mineQuietly(200);
        network.start("bob");
        actions.mineQuietly(10);

        assertThat(onChain("bob")).isBetween(COINS.plus(new Satoshi(21_000_000)).minus(FEES),
                COINS.plus(new Satoshi(21_000_000)));
        assertThat(onChain("alice")).isBetween(COINS.minus(new Satoshi(21_000_000)).minus(FEES),
                COINS.minus(new Satoshi(21_000_000)));
    }

    @Test
    void revoked_the_cheated_side_ends_with_the_whole_channel() {
        actions.open("alice", "bob", btc(50), btc(5), false);
        pay("alice", "bob", sat(20_000_000));
        pay("alice", "bob", sat(1_000_000));

        actions.publishRevoked("alice", "bob");
        actions.mineQuietly(20);

        assertThat(onChain("bob")).isBetween(COINS.plus(btc(50)).minus(FEES), COINS.plus(btc(50)));
        assertThat(onChain("alice")).isBetween(COINS.minus(btc(50)).minus(FEES), COINS.minus(btc(50)));
    }

    @Test
    void multi_hop_both_ways_with_the_fee_visible_at_the_hub() {
        actions.open("alice", "carol", btc(10), btc(5), false);
        actions.open("bob", "carol", btc(10), btc(5), false);
        awaitRoute("alice", "bob");
        awaitRoute("bob", "alice");
        MilliSatoshi before = inChannels("carol");

        NodeService.Payment there = pay("alice", "bob", sat(100_000));
        NodeService.Payment back = get(node("bob").send(network.nodeId("alice"), sat(30_000)));

        assertThat(back.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        actions.awaitSettled();
        assertThat(there.fee().msat()).isPositive();
        assertThat(back.fee().msat()).isPositive();
        Waiting.until(() -> inChannels("carol").equals(before.plus(there.fee()).plus(back.fee())), LONG,
                "Carol's fees");
        assertThat(ours("alice", "carol"))
                .isEqualTo(sat(5_000_000).minus(sat(100_000)).minus(there.fee()).plus(sat(30_000)));
        assertThat(ours("bob", "carol"))
                .isEqualTo(sat(5_000_000).plus(sat(100_000)).minus(sat(30_000)).minus(back.fee()));
    }

    @Test
    void routes_around_a_closed_channel() {
        actions.open("alice", "carol", btc(10), btc(5), false);
        actions.open("bob", "carol", btc(10), btc(5), false);
        actions.open("alice", "bob", btc(10), btc(5), false);
        awaitRoute("alice", "carol");
        assertThat(pay("alice", "carol", sat(1000)).attempts().getLast().hops()).hasSize(1);

        actions.close("alice", "carol", false);
        actions.mineQuietly(6);
        awaitRoute("alice", "carol");
        NodeService.Payment payment = pay("alice", "carol", sat(50_000));

        assertThat(payment.attempts().getLast().hops()).extracting(NodeService.Hop::to)
                .containsExactly(network.nodeId("bob"), network.nodeId("carol"));
    }

    @Test
    void a_node_that_was_stopped_comes_back_with_its_channels_invoices_and_payments() {
        actions.open("alice", "bob", btc(10), btc(5), false);
        pay("alice", "bob", sat(1234));
        NodeService.Invoice open = get(node("bob").invoice(Optional.of(sat(777)), "kept", Duration.ofHours(1)));

        network.stop("bob");
        network.start("bob");
        actions.awaitReconnected("bob");

        assertThat(ours("bob", "alice")).isEqualTo(sat(5_000_000 + 1234));
        assertThat(get(node("bob").payments())).anyMatch(payment -> payment.amount().equals(sat(1234)));
        assertThat(get(node("alice").pay(open.bolt11(), Optional.empty())).state())
                .isEqualTo(NodeService.PaymentState.SUCCEEDED);
    }

    @Test
    void what_cannot_be_done_is_refused_with_a_reason_and_changes_nothing() {
        actions.open("alice", "bob", btc(1), new Satoshi(0), false);

        assertThatThrownBy(() -> pay("bob", "alice", sat(1000))).isInstanceOf(DemoException.class);
        NodeService.Payment hopeless = get(node("alice").send(network.nodeId("carol"), sat(1000)));
        assertThat(hopeless.state()).isEqualTo(NodeService.PaymentState.FAILED);
        assertThat(hopeless.failure()).isPresent();
        assertThatThrownBy(() -> get(node("alice").close(ChannelId.ALL, false))).hasMessageContaining("channel");
        assertThatThrownBy(() -> get(node("alice").pay("lnbcrt1nonsense", Optional.empty())))
                .isInstanceOf(DemoException.class);
        assertThatThrownBy(() -> actions.open("alice", "carol", new Satoshi(20_000_000_000L), Satoshi.ZERO, false))
                .isInstanceOf(DemoException.class);
        assertThat(ours("alice", "bob")).isEqualTo(btc(1).toMilliSatoshi());
    }

    private NodeService.Payment pay(String payer, String payee, MilliSatoshi amount) {
        NodeService.Invoice invoice = get(node(payee).invoice(Optional.of(amount), "story", Duration.ofHours(1)));
        NodeService.Payment payment = get(node(payer).pay(invoice.bolt11(), Optional.empty()));
        if (payment.state() != NodeService.PaymentState.SUCCEEDED)
            throw new DemoException("payment failed: " + payment.failure().orElse(""));
        Waiting.until(() -> noHtlcs(payer) && noHtlcs(payee), LONG, "the end of all HTLCs");
        return payment;
    }

    private boolean noHtlcs(String name) {
        return get(node(name).channels()).stream().allMatch(channel -> channel.htlcsIn() + channel.htlcsOut() == 0);
    }

    private void awaitRoute(String from, String to) {
        Waiting.until(() -> {
            try {
                get(node(from).route(network.nodeId(to), sat(1000)));
                return true;
            } catch (DemoException e) {
                return false;
            }
        }, LONG, "a route from " + from + " to " + to);
    }

    private MilliSatoshi ours(String name, String other) {
        return DemoCommands.channelWith(network, name, other).orElseThrow().ours();
    }

    private MilliSatoshi inChannels(String name) {
        return get(node(name).balance()).inChannels();
    }

    private Satoshi onChain(String name) {
        return get(node(name).balance()).onChainConfirmed();
    }

    private NodeService node(String name) {
        return network.node(name);
    }

    private static MilliSatoshi sat(long amount) {
        return new Satoshi(amount).toMilliSatoshi();
    }

    /** Hundredths of a bitcoin. */
    private static Satoshi btc(long hundredths) {
        return new Satoshi(hundredths * 1_000_000);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return Waiting.await(stage, LONG, "a call");
    }
}
