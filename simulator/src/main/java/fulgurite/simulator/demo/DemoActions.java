package fulgurite.simulator.demo;

import static fulgurite.simulator.demo.DemoCommands.answer;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What the prompt's commands do, told as they happen. */
final class DemoActions {
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofMillis(150);
    private static final int ANNOUNCE_DEPTH = 6;
    private final DemoNetwork network;
    private final DemoViews views;
    private final PrintWriter out;

    DemoActions(DemoNetwork network, DemoViews views, PrintWriter out) {
        this.network = network;
        this.views = views;
        this.out = out;
    }

    void pay(String payer, String payee, MilliSatoshi amount) {
        NodeService.Invoice invoice = answer(network.node(payee)
                .invoice(Optional.of(amount), "from " + payer,
                        Duration.ofHours(1)),
                payee + " cannot make an invoice");
        long start = System.nanoTime();
        NodeService.Payment payment = answer(network.node(payer).pay(invoice.bolt11(), Optional.empty()),
                payer + " cannot pay " + payee);
        told(payer, payee, "pays", payment, start);
    }

    void send(String payer, String payee, MilliSatoshi amount) {
        long start = System.nanoTime();
        NodeService.Payment payment = answer(network.node(payer).send(network.nodeId(payee), amount),
                payer + " cannot send to " + payee);
        told(payer, payee, "sends", payment, start);
    }

    private void told(String payer, String payee, String verb, NodeService.Payment payment, long start) {
        if (payment.state() != NodeService.PaymentState.SUCCEEDED)
            throw new DemoException(
                    payer + "'s payment to " + payee + " failed: " + payment.failure().orElse("no reason given"));
        long millis = (System.nanoTime() - start) / 1_000_000;
        out.printf(Locale.ROOT, "%s %s %s %s%s in %,d ms; fee %s.%n", views.title(payer), verb, views.title(payee),
                Amounts.show(payment.amount()), way(payment), millis, Amounts.show(payment.fee()));
        if (!payment.attempts().isEmpty()) views.explainFees(payment.attempts().getLast());
        awaitSettled();
    }

    /** Until no HTLC is left in the running nodes' connected channels: balances are then what the payment made them. */
    void awaitSettled() {
        Waiting.until(() -> network.names()
                .stream()
                .filter(network::isRunning)
                .allMatch(
                        name -> answer(network.node(name).channels(), name + "'s channels").stream()
                                .filter(NodeService.Channel::connected)
                                .allMatch(channel -> channel.htlcsIn() + channel.htlcsOut() == 0)),
                SETTLE,
                "the end of all payments");
    }

    private String way(NodeService.Payment payment) {
        if (payment.attempts().isEmpty()) return "";
        var hops = payment.attempts().getLast().hops();
        if (hops.size() < 2) return " directly";
        return " through " + hops.stream()
                .limit(hops.size() - 1L)
                .map(hop -> views.title(hop.to()))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    void invoice(String payee, MilliSatoshi amount) {
        NodeService.Invoice invoice = answer(network.node(payee)
                .invoice(Optional.of(amount), "from the demo",
                        Duration.ofHours(1)),
                payee + " cannot make an invoice");
        out.println(invoice.bolt11());
    }

    void route(String from, String to, MilliSatoshi amount) {
        NodeService.Route route = answer(network.node(from).route(network.nodeId(to), amount), "no route");
        views.route(route);
    }

    /** Connects, opens, mines until both sides may use and announce the channel. */
    void open(String opener, String peer, Satoshi funding, Satoshi push, boolean zeroReserve) {
        NodeService node = network.node(opener);
        network.node(peer);
        answer(node.connect(network.uri(peer)), opener + " cannot connect to " + peer);
        var request = new NodeService.Create(network.nodeId(peer), funding, push, true, zeroReserve, Optional.empty());
        NodeService.Channel channel = answer(node.create(request), opener + " cannot open a channel to " + peer);
        for (int i = 0; i < ANNOUNCE_DEPTH; i++) mineBlock();
        for (String side : new String[]{opener, peer})
            Waiting.until(() -> answer(network.node(side).channels(), side + "'s channels").stream()
                    .anyMatch(one -> one.channelId().equals(channel.channelId()) && one.announced()
                            && one.state().equals("normal")),
                    SETTLE, "the channel of " + opener + " and " + peer);
        out.printf("%s opens a channel of %s to %s%s.%n", views.title(opener), Amounts.show(funding), views.title(peer),
                push.isZero() ? "" : ", " + Amounts.show(push) + " of it pushed");
    }

    void close(String closer, String peer, boolean force) {
        NodeService.Channel channel = channel(closer, peer);
        NodeService.Closing closing = answer(network.node(closer).close(channel.channelId(), force),
                closer + " cannot close");
        out.printf("%s closes the channel with %s %s, by transaction %s.%n", views.title(closer), views.title(peer),
                closing.mutual() ? "together" : "alone", closing.txid());
        out.println("'mine 6' confirms it"
                + (closing.mutual() ? "." : ", and the delays of a one-sided close want more blocks."));
    }

    void publishRevoked(String cheater, String victim) {
        NodeService.Channel channel = channel(cheater, victim);
        var txid = answer(network.node(cheater).publishRevoked(channel.channelId()), cheater + " cannot cheat");
        out.printf("%s publishes a revoked commitment, %s, and goes silent.%n", views.title(cheater), txid);
        out.println("'mine 6' and see what " + views.title(victim) + " makes of it.");
    }

    /** Mines blocks one by one, each only when the running nodes have seen the last and done what it asks of them. */
    void mine(int blocks) {
        mineQuietly(blocks);
        out.printf(Locale.ROOT, "%d block%s mined; the height is %s.%n", blocks, blocks == 1 ? "" : "s",
                network.height());
    }

    void mineQuietly(int blocks) {
        awaitQuietMempool();
        for (int i = 0; i < blocks; i++) {
            mineBlock();
            awaitQuietMempool();
        }
    }

    /** Mines a block and waits until every running node has seen it. */
    private void mineBlock() {
        network.mineBlock();
        BlockHeight tip = network.height();
        for (String name : network.names())
            if (network.isRunning(name))
                Waiting.until(() -> answer(network.node(name).info(), name).blockHeight().compareTo(tip) >= 0, SETTLE,
                        name + " at height " + tip);
    }

    /** Until no transaction has arrived for a moment. */
    private void awaitQuietMempool() {
        long[] since = {System.nanoTime(), network.mempoolSize()};
        Waiting.until(() -> {
            int size = network.mempoolSize();
            if (size != since[1]) {
                since[0] = System.nanoTime();
                since[1] = size;
            }
            return System.nanoTime() - since[0] > QUIET.toNanos();
        }, SETTLE, "quiet in the mempool");
    }

    /** Until the channels of a node that came back are connected to those peers that run. */
    void awaitReconnected(String name) {
        Waiting.until(() -> answer(network.node(name).channels(), name + "'s channels").stream()
                .filter(channel -> channel.state().equals("normal"))
                .filter(channel -> network.nameOf(channel.peer()).filter(network::isRunning).isPresent())
                .allMatch(channel -> channel.connected() && isConnectedThere(channel)), SETTLE,
                name + "'s reconnection");
    }

    /** The other side may learn of a connection a little later. */
    private boolean isConnectedThere(NodeService.Channel channel) {
        String peer = network.nameOf(channel.peer()).orElseThrow();
        return answer(network.node(peer).channels(), peer + "'s channels").stream()
                .filter(there -> there.channelId().equals(channel.channelId()))
                .allMatch(NodeService.Channel::connected);
    }

    private NodeService.Channel channel(String name, String other) {
        return DemoCommands.channelWith(network, name, other)
                .orElseThrow(() -> new DemoException(
                        name + " has no open channel with " + other + "; '" + name + " open " + other
                                + " 500000' makes one"));
    }
}
