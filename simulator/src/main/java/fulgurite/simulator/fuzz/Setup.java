package fulgurite.simulator.fuzz;

import com.typesafe.config.ConfigFactory;
import fulgurite.node.NodeSettings;
import fulgurite.simulator.network.NetworkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * How a run begins: drawn from its seed, and not shrunk.
 *
 * @param nodes three, in their order
 * @param channels opened before the first step
 * @param villain the one node that may cheat; empty: all are honest
 */
record Setup(List<NodeSettings> nodes, List<Step.Open> channels, OptionalInt villain, NetworkConditions conditions) {
    static final int NODES = 3;
    /** As deep as the chain is ever reorganised: what is deeper is final, and the nodes are told so. */
    static final int DEEPEST_REORGANISATION = 6;
    private static final int TO_SELF_DELAY = 20;

    static Setup draw(SplittableRandom random) {
        var nodes = new ArrayList<NodeSettings>();
        for (int node = 0; node < NODES; node++) nodes.add(settings(name(node), random));
        var channels = new ArrayList<Step.Open>();
        for (int from = 0; from + 1 < NODES; from++) {
            int count = random.nextInt(4) == 0 ? 2 : 1;
            for (int i = 0; i < count; i++) channels.add(StepDraw.channel(from, from + 1, true, random));
        }
        OptionalInt villain = random.nextInt(3) == 0 ? OptionalInt.of(random.nextInt(NODES)) : OptionalInt.empty();
        Duration longest = Duration.ofMillis(random.nextInt(4) == 0 ? 900 : 80);
        return new Setup(nodes, channels, villain, new NetworkConditions(Duration.ofMillis(5), longest, true));
    }

    /** Nothing is drawn: three nodes alike. @param off features that none of them offers */
    static Setup plain(List<Step.Open> channels, OptionalInt villain, List<String> off) {
        var nodes = new ArrayList<NodeSettings>();
        for (int node = 0; node < NODES; node++) nodes.add(settings(name(node), off, 1_000, 34, 1, false));
        return new Setup(nodes, channels, villain, new NetworkConditions(Duration.ofMillis(5), Duration.ofMillis(50),
                false));
    }

    static String name(int node) {
        return List.of("alice", "bob", "carol").get(node);
    }

    private static NodeSettings settings(String name, SplittableRandom random) {
        var off = new ArrayList<String>();
        if (random.nextInt(4) == 0) off.add("anchors");
        if (random.nextInt(3) == 0) off.add("simple-close");
        return settings(name, off, random.nextInt(0, 2_001), random.nextInt(34, 50), random.nextInt(1, 4),
                random.nextBoolean());
    }

    /** Through the settings that a user has; safe against the reorganisations that are to come. */
    private static NodeSettings settings(String name, List<String> off, int feeBaseMsat, int expiryDelta, int depth,
            boolean upfrontShutdown) {
        return NodeSettings.of(ConfigFactory.parseMap(Map.ofEntries(
                Map.entry("alias", name),
                Map.entry("data", "nowhere"),
                Map.entry("features-off", off),
                Map.entry("gossip.flush-interval", "60s"),
                Map.entry("relay.fee-base-msat", feeBaseMsat),
                Map.entry("relay.expiry-delta-blocks", expiryDelta),
                Map.entry("channels.minimum-depth-blocks", depth),
                Map.entry("channels.upfront-shutdown", upfrontShutdown),
                Map.entry("channels.to-self-delay-blocks", TO_SELF_DELAY),
                Map.entry("channels.reasonable-depth-blocks", DEEPEST_REORGANISATION + 1),
                Map.entry("channels.final-depth-blocks", DEEPEST_REORGANISATION + 2))));
    }
}
