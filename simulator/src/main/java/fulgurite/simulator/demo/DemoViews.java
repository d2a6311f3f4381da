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
    private static final String ALL = "all";
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
        boolean someStopped = false;
        for (String name : network.names()) {
            if (!network.isRunning(name)) {
                out.printf("%-9s stopped%n", title(name));
                someStopped = true;
                continue;
            }
            NodeService.Balance balance = answer(network.node(name).balance(), name + "'s balance");
            MilliSatoshi onChain = balance.onChainConfirmed().plus(balance.onChainUnconfirmed()).toMilliSatoshi();
            MilliSatoshi inChannels = balance.inChannels().plus(balance.pending());
            MilliSatoshi total = onChain.plus(inChannels);
            MilliSatoshi changeOfOne = total.minus(lastTotals.getOrDefault(name, total));
            out.printf(ROW, title(name), Amounts.exact(onChain), Amounts.exact(inChannels), Amounts.exact(total),
                    changeOfOne.isZero() ? "" : (changeOfOne.isNegative() ? "" : "+") + Amounts.exact(changeOfOne));
            lastTotals.put(name, total);
            all = all.plus(total);
        }
        if (someStopped) return;
        MilliSatoshi change = all.minus(lastTotals.getOrDefault(ALL, all));
        out.printf(ROW, ALL, "", "", Amounts.exact(all),
                change.isZero() ? "" : Amounts.exact(change) + (change.isNegative() ? ", paid to miners" : ""));
        lastTotals.put(ALL, all);
    }

    void channels(String name) {
        List<NodeService.Channel> channels = answer(network.node(name).channels(), name + "'s channels");
        if (channels.isEmpty()) out.println(title(name) + " has no channels.");
        for (NodeService.Channel channel : channels)
            out.printf("%-9s with %-8s %-14s %-12s ours %s, theirs %s of %s%s%n", title(name), title(channel.peer()),
                    channel.state(), channel.shortChannelId().map(Object::toString).orElse("-"),
                    Amounts.exact(channel.ours()), Amounts.exact(channel.theirs()), Amounts.show(channel.capacity()),
                    channel.connected() ? "" : " (not connected)");
    }

    void payments(String name) {
        List<NodeService.Payment> payments = answer(network.node(name).payments(), name + "'s payments");
        if (payments.isEmpty()) out.println(title(name) + " has no payments.");
        for (NodeService.Payment payment : payments)
            out.printf("%-9s %-8s %s %s%s%s%n", title(name), payment.outgoing() ? "paid" : "received",
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
            out.printf("  %s -> %s over %s: %s%s%n", title(hop.from()), title(hop.to()), hop.channel(),
                    Amounts.show(hop.amount()),
                    hop.fee().isZero() ? "" : ", of which " + title(hop.to()) + " keeps " + Amounts.show(hop.fee()));
    }

    /** Who earned what: each node between the payer and the payee keeps its announced fee of what it is sent. */
    void explainFees(NodeService.Route route) {
        for (int i = 0; i + 1 < route.hops().size(); i++) {
            NodeService.Hop in = route.hops().get(i);
            out.printf("  %s is sent %s, forwards %s and keeps %s%n", title(in.to()), Amounts.show(in.amount()),
                    Amounts.show(route.hops().get(i + 1).amount()), Amounts.show(in.fee()));
        }
    }
}
