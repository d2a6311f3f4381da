package fulgurite.simulator.demo;

import static fulgurite.simulator.demo.DemoCommands.answer;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What the prompt shows. */
final class DemoViews {
    private static final String ROW = "%-9s %22s %22s %22s  %s%n";
    private final DemoNetwork network;
    private final PrintWriter out;
    private final Map<String, MilliSatoshi> lastTotals = new TreeMap<>();

    DemoViews(DemoNetwork network, PrintWriter out) {
        this.network = network;
        this.out = out;
    }

    String title(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    String title(NodeId id) {
        return network.nameOf(id).map(this::title).orElseGet(() -> id.toHex().substring(0, 12) + "…");
    }

    /** Everybody's balances in satoshis to the millisatoshi, and the change since they were last shown. */
    void balances() {
        out.printf(ROW, "", "on chain", "in channels", "together (sat)", "change");
        MilliSatoshi all = MilliSatoshi.ZERO;
        for (String name : network.names()) {
            if (!network.isRunning(name)) {
                out.printf("%-9s stopped%n", title(name));
                continue;
            }
            NodeService.Balance balance = answer(network.node(name).balance(), name + "'s balance");
            MilliSatoshi onChain = balance.onChainConfirmed().plus(balance.onChainUnconfirmed()).toMilliSatoshi();
            MilliSatoshi inChannels = balance.inChannels().plus(balance.pending());
            MilliSatoshi total = onChain.plus(inChannels);
            MilliSatoshi change = total.minus(lastTotals.getOrDefault(name, total));
            out.printf(ROW, title(name), Amounts.exact(onChain), Amounts.exact(inChannels), Amounts.exact(total),
                    change.isZero() ? "" : (change.isNegative() ? "" : "+") + Amounts.exact(change));
            lastTotals.put(name, total);
            all = all.plus(total);
        }
        out.printf(ROW, "all", "", "", Amounts.exact(all), "");
    }

    void channels(String name) {
        List<NodeService.Channel> channels = answer(network.node(name).channels(), name + "'s channels");
        if (channels.isEmpty()) out.println(title(name) + " has no channels.");
        for (NodeService.Channel channel : channels)
            out.printf("%s with %-8s %-14s %-12s ours %s, theirs %s of %s%s%n", title(name), title(channel.peer()),
                    channel.state(), channel.shortChannelId().map(Object::toString).orElse("-"),
                    Amounts.exact(channel.ours()), Amounts.exact(channel.theirs()), Amounts.show(channel.capacity()),
                    channel.connected() ? "" : " (not connected)");
    }

    void payments(String name) {
        List<NodeService.Payment> payments = answer(network.node(name).payments(), name + "'s payments");
        if (payments.isEmpty()) out.println(title(name) + " has no payments.");
        for (NodeService.Payment payment : payments)
            out.printf("%s %-8s %s %s%s%s%n", title(name), payment.outgoing() ? "paid" : "received",
                    Amounts.show(payment.amount()),
                    payment.destination()
                            .filter(to -> payment.outgoing())
                            .map(to -> "to " + title(to) + ", ")
                            .orElse(""),
                    payment.state().name().toLowerCase(Locale.ROOT),
                    payment.outgoing() ? ", fee " + Amounts.show(payment.fee()) : "");
    }

    void nodes() {
        for (String name : network.names()) {
            if (network.isRunning(name)) out.printf("%-9s %s%n", title(name), network.uri(name));
            else out.printf("%-9s stopped%n", title(name));
        }
    }

    void network() {
        String first = network.names()
                .stream()
                .filter(network::isRunning)
                .findFirst()
                .orElseThrow(() -> new DemoException("no node is running"));
        NodeService.NetworkView view = answer(network.node(first).network(), first + "'s network");
        out.printf("%s knows %d nodes and %d channels:%n", title(first), view.nodes(), view.channels());
        for (NodeService.NetworkChannel edge : view.edges())
            out.printf("  %-14s %s - %s%s%n", edge.channel(), title(edge.node1()), title(edge.node2()),
                    edge.capacity().map(capacity -> ", " + Amounts.show(capacity)).orElse(""));
    }

    void route(NodeService.Route route) {
        for (NodeService.Hop hop : route.hops())
            out.printf("  %s -> %s over %s: %s, fee %s%n", title(hop.from()), title(hop.to()), hop.channel(),
                    Amounts.show(hop.amount()), Amounts.show(hop.fee()));
    }

    /** Who earned what: each node between the payer and the payee takes its announced fee. */
    void explainFees(NodeService.Route route) {
        for (NodeService.Hop hop : route.hops())
            if (!hop.fee().isZero())
                out.printf("  %s forwards %s and keeps %s%n", title(hop.from()),
                        Amounts.show(hop.amount()), Amounts.show(hop.fee()));
    }
}
