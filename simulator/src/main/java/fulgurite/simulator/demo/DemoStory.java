package fulgurite.simulator.demo;

import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.io.PrintWriter;
import java.util.List;

/** What a fresh demo shows first: coins, two channels that meet at the third node, and a payment through it. */
final class DemoStory {
    private static final Satoshi COINS = new Satoshi(100_000_000);
    private static final Satoshi CAPACITY = new Satoshi(10_000_000);
    private static final Satoshi PUSH = new Satoshi(5_000_000);
    private static final MilliSatoshi FIRST_PAYMENT = new MilliSatoshi(100_000_000);

    private DemoStory() {}

    /** Alice, Bob, Carol and so on: everybody else opens a channel to the third node; then the first pays the second. */
    static void tell(DemoNetwork network, DemoCommands commands, PrintWriter out) {
        List<String> names = network.names();
        DemoViews views = commands.views();
        String hub = names.get(2);
        say(out, "Giving everybody 1 bitcoin on chain …");
        for (String name : names) network.fund(name, COINS);
        commands.actions().mineQuietly(1);
        views.balances();
        out.println();
        for (String name : names)
            if (!name.equals(hub)) {
                say(out, views.title(name) + " opens a channel to " + views.title(hub) + " …");
                commands.actions().open(name, hub, CAPACITY, PUSH, false);
            }
        awaitRoute(network, names.get(0), names.get(1));
        out.println();
        views.balances();
        out.println();
        commands.actions().pay(names.get(0), names.get(1), FIRST_PAYMENT);
        out.println();
        views.balances();
        out.flush();
    }

    /** Gossip takes a moment to reach the payer. */
    private static void awaitRoute(DemoNetwork network, String payer, String payee) {
        Waiting.until(() -> {
            try {
                DemoCommands.answer(network.node(payer).route(network.nodeId(payee), FIRST_PAYMENT), "route");
                return true;
            } catch (DemoException e) {
                return false;
            }
        }, java.time.Duration.ofSeconds(30), "a route from " + payer + " to " + payee);
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
