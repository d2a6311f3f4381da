package fulgurite.simulator.demo;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The words of the prompt: each line is a command for the network, or a node's name and a command for that node. */
final class DemoCommands {
    static final List<String> GLOBAL = List.of("balances", "channels", "payments", "nodes", "network", "mine", "help",
            "quit");
    static final List<String> OF_A_NODE = List.of("pay", "send", "invoice", "open", "close", "force-close",
            "publish-revoked", "channels", "payments", "route", "stop", "start");
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MOST_BLOCKS = 2016;
    private final DemoNetwork network;
    private final DemoActions actions;
    private final DemoViews views;
    private final PrintWriter out;

    DemoCommands(DemoNetwork network, PrintWriter out) {
        this.network = network;
        this.out = out;
        this.views = new DemoViews(network, out);
        this.actions = new DemoActions(network, views, out);
    }

    DemoActions actions() {
        return actions;
    }

    DemoViews views() {
        return views;
    }

    /** Does what a line says. @return false when it says to quit. @throws DemoException when it cannot be done */
    boolean run(String line) {
        String said = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
        List<String> words = Arrays.stream(said.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
        if (words.isEmpty()) return true;
        String first = words.getFirst().toLowerCase(Locale.ROOT);
        List<String> rest = words.subList(1, words.size());
        if (first.equals("quit") || first.equals("exit")) return false;
        if (network.names().contains(first)) ofNode(first, rest);
        else ofNetwork(first, rest);
        out.flush();
        return true;
    }

    private void ofNetwork(String verb, List<String> rest) {
        switch (verb) {
            case "balances" -> views.balances();
            case "channels" -> runningNames().forEach(views::channels);
            case "payments" -> runningNames().forEach(views::payments);
            case "nodes" -> views.nodes();
            case "network" -> views.network();
            case "mine" -> actions.mine(rest.isEmpty() ? 1 : count(rest.getFirst()));
            case "help" -> help();
            default -> throw new DemoException("there is no command or node '" + verb + "'; try 'help'");
        }
    }

    private void ofNode(String name, List<String> words) {
        if (words.isEmpty())
            throw new DemoException("what should " + name + " do? One of " + String.join(", ", OF_A_NODE));
        String verb = words.getFirst().toLowerCase(Locale.ROOT);
        List<String> rest = words.subList(1, words.size());
        switch (verb) {
            case "pay" -> actions.pay(name, other(name, rest, 0), amount(rest, 1));
            case "send" -> actions.send(name, other(name, rest, 0), amount(rest, 1));
            case "invoice" -> actions.invoice(name, amount(rest, 0));
            case "open" -> actions.open(name, other(name, rest, 0), amount(rest, 1).toSatoshi(),
                    rest.size() > 2 ? Amounts.parseSat(rest.get(2)) : Satoshi.ZERO, rest.contains("zero-reserve"));
            case "close" -> actions.close(name, other(name, rest, 0), false);
            case "force-close" -> actions.close(name, other(name, rest, 0), true);
            case "publish-revoked" -> actions.publishRevoked(name, other(name, rest, 0));
            case "route" -> actions.route(name, other(name, rest, 0), amount(rest, 1));
            case "channels" -> views.channels(name);
            case "payments" -> views.payments(name);
            case "stop" -> stop(name);
            case "start" -> start(name);
            default -> throw new DemoException(
                    name + " does not know '" + verb + "'; a node knows " + String.join(", ", OF_A_NODE));
        }
    }

    private void stop(String name) {
        network.node(name);
        network.stop(name);
        out.println(views.title(name) + " is stopped; the journal stays. '" + name + " start' brings the node back.");
    }

    private void start(String name) {
        if (network.isRunning(name)) throw new DemoException(name + " is running already");
        network.start(name);
        actions.awaitReconnected(name);
        out.println(views.title(name) + " is back, from the journal.");
    }

    private List<String> runningNames() {
        return network.names().stream().filter(network::isRunning).toList();
    }

    private String other(String name, List<String> words, int at) {
        if (words.size() <= at) throw new DemoException("to whom? Name a node: " + String.join(", ", network.names()));
        String other = words.get(at).toLowerCase(Locale.ROOT);
        if (!network.names().contains(other))
            throw new DemoException(
                    "there is no node '" + other + "'; there are " + String.join(", ", network.names()));
        if (other.equals(name)) throw new DemoException(name + " cannot do that with itself");
        return other;
    }

    private static MilliSatoshi amount(List<String> words, int at) {
        if (words.size() <= at) throw new DemoException("how much? Say an amount in satoshis, such as 100000");
        return Amounts.parse(words.get(at));
    }

    private static int count(String word) {
        try {
            int blocks = Integer.parseInt(word);
            if (blocks >= 1 && blocks <= MOST_BLOCKS) return blocks;
        } catch (NumberFormatException e) {
            throw new DemoException("'" + word + "' is no number of blocks");
        }
        throw new DemoException("between 1 and " + MOST_BLOCKS + " blocks can be mined at once");
    }

    private void help() {
        String one = network.names().getFirst();
        String two = network.names().get(1);
        out.print("""
                balances                       what everybody holds, and what changed
                channels | payments | nodes    of everybody; '%1$s channels' of one
                network                        the channels that the nodes have heard of
                mine 6                         mines blocks
                %1$s pay %2$s 100000           an invoice of %2$s's, paid; amounts in satoshis, or 0.5btc, or 1500msat
                %1$s send %2$s 100000          a payment without an invoice
                %1$s invoice 100000            makes an invoice and shows it
                %1$s route %2$s 100000         the way that a payment would take
                %1$s open %2$s 500000 [push]   a channel of 500,000 sat, some of it pushed to %2$s; add zero-reserve
                %1$s close %2$s                together; '%1$s force-close %2$s' alone
                %1$s publish-revoked %2$s      cheats with an old commitment, and goes silent
                %1$s stop | %1$s start         the process dies and comes back from its journal
                quit
                """.formatted(one, two));
    }

    /** Waits for an answer of a node. */
    static <T> T answer(CompletionStage<T> stage, String what) {
        return Waiting.await(stage, LONG, what);
    }

    /** Words that may follow what was typed, for completion. */
    List<String> completions(List<String> typed) {
        var words = new ArrayList<String>();
        if (typed.isEmpty()) {
            words.addAll(network.names());
            words.addAll(GLOBAL);
        } else if (network.names().contains(typed.getFirst())) {
            if (typed.size() == 1) words.addAll(OF_A_NODE);
            else
                if (typed.size() == 2)
                    network.names().stream().filter(name -> !name.equals(typed.getFirst())).forEach(words::add);
        }
        return words;
    }

    /** The channel of two nodes, as {@code name} sees it. */
    static Optional<NodeService.Channel> channelWith(DemoNetwork network, String name, String other) {
        return answer(network.node(name).channels(), name + "'s channels").stream()
                .filter(channel -> channel.peer().equals(network.nodeId(other)))
                .filter(channel -> !channel.state().startsWith("clos"))
                .findFirst();
    }
}
