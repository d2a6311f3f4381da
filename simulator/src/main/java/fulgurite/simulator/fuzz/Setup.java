package fulgurite.simulator.fuzz;

import fulgurite.node.NodeSettings;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.simulator.network.NetworkConditions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final CltvDelta TO_SELF_DELAY = new CltvDelta(20);

    static Setup draw(SplittableRandom random) {
        var nodes = new ArrayList<NodeSettings>();
        for (int node = 0; node < NODES; node++) nodes.add(settings(name(node), random));
        var channels = new ArrayList<Step.Open>();
        for (int from = 0; from + 1 < NODES; from++) {
            int count = random.nextInt(4) == 0 ? 2 : 1;
            for (int i = 0; i < count; i++) channels.add(StepDraw.channel(from, from + 1, random));
        }
        OptionalInt villain = random.nextInt(3) == 0 ? OptionalInt.of(random.nextInt(NODES)) : OptionalInt.empty();
        Duration longest = Duration.ofMillis(random.nextInt(4) == 0 ? 900 : 80);
        return new Setup(nodes, channels, villain, new NetworkConditions(Duration.ofMillis(5), longest, true));
    }

    static String name(int node) {
        return List.of("alice", "bob", "carol").get(node);
    }

    private static NodeSettings settings(String name, SplittableRandom random) {
        NodeSettings usual = NodeSettings.regtest(name, Path.of("nowhere"));
        Features features = usual.features();
        if (random.nextInt(4) == 0) features = features.without(Feature.ANCHORS);
        if (random.nextInt(3) == 0) features = features.without(Feature.SIMPLE_CLOSE);
        var relay = new NodeSettings.Relay(new MilliSatoshi(random.nextInt(0, 2_001)), random.nextInt(0, 1_001),
                new CltvDelta(random.nextInt(34, 50)), new MilliSatoshi(1));
        return new NodeSettings(usual.alias(), usual.network(), usual.dataDirectory(), usual.listen(), usual.api(),
                relay, limits(usual.channels(), random), features);
    }

    /** Regtest's, but safe against the reorganisations that are to come. */
    private static ChannelLimits limits(ChannelLimits usual, SplittableRandom random) {
        return new ChannelLimits(usual.dustLimit(), usual.maxDustLimit(), usual.reservePercent(), usual.zeroReserve(),
                TO_SELF_DELAY, usual.maxToSelfDelay(), usual.maxInFlightPercent(), usual.htlcMinimum(),
                usual.maxAcceptedHtlcs(), random.nextInt(1, 4), usual.maxMinimumDepth(), usual.minCapacity(),
                usual.minFeerate(), usual.maxFeerate(), usual.maxDustExposure(), usual.feeSpikeMultiple(),
                DEEPEST_REORGANISATION + 1, DEEPEST_REORGANISATION + 2);
    }
}
