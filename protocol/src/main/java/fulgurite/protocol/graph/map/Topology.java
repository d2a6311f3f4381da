package fulgurite.protocol.graph.map;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which nodes there are and which channels between them, as compressed adjacency. Immutable; every {@link ChannelMap}
 * in which no channel came or went shares it.
 *
 * <p>Design. Nodes and channels are numbered in the order of their ids. A node's channels stand in a row of
 * <em>slots</em>: each channel has two, one at either end. Slot {@code s} of node {@code v} is the direction that leads
 * <em>into</em> {@code v} from {@link #other}, since routes are searched backwards from the payee; the direction out of
 * {@code v} is the slot's {@link #twin} at the other end.
 */
public final class Topology {
    public static final Topology EMPTY = Topology.of(List.of());
    private static final int LEAF = 0x8000_0000;

    private final NodeId[] nodes;
    private final long[] channels;
    private final int[] first;
    private final int[] others;
    private final int[] twins;
    private final int[] channelOfSlot;
    private final int[] slotOfChannel;

    /** A channel to be placed. Its nodes are different ones. */
    public record Link(ShortChannelId channel, NodeId node1, NodeId node2) {}

    private Topology(NodeId[] nodes, long[] channels, int[] first, int[] others, int[] twins, int[] channelOfSlot,
            int[] slotOfChannel) {
        this.nodes = nodes;
        this.channels = channels;
        this.first = first;
        this.others = others;
        this.twins = twins;
        this.channelOfSlot = channelOfSlot;
        this.slotOfChannel = slotOfChannel;
    }

    /** @param links in the order of their ids, each once */
    public static Topology of(List<Link> links) {
        NodeId[] ends = new NodeId[2 * links.size()];
        for (int i = 0; i < links.size(); i++) {
            ends[2 * i] = links.get(i).node1();
            ends[2 * i + 1] = links.get(i).node2();
        }
        NodeId[] nodes = distinct(ends);
        int[] node1 = new int[links.size()];
        int[] node2 = new int[links.size()];
        long[] channels = new long[links.size()];
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            if (i > 0 && link.channel().compareTo(links.get(i - 1).channel()) <= 0)
                throw new IllegalArgumentException("channels out of order: " + link.channel());
            channels[i] = link.channel().value();
            node1[i] = Arrays.binarySearch(nodes, link.node1());
            node2[i] = Arrays.binarySearch(nodes, link.node2());
        }
        return place(nodes, channels, node1, node2);
    }

    private static NodeId[] distinct(NodeId[] ends) {
        NodeId[] sorted = ends.clone();
        Arrays.sort(sorted);
        int count = 0;
        for (NodeId node : sorted) if (count == 0 || !sorted[count - 1].equals(node)) sorted[count++] = node;
        return Arrays.copyOf(sorted, count);
    }

    private static Topology place(NodeId[] nodes, long[] channels, int[] node1, int[] node2) {
        int[] first = new int[nodes.length + 1];
        for (int i = 0; i < channels.length; i++) {
            first[node1[i] + 1]++;
            first[node2[i] + 1]++;
        }
        for (int v = 0; v < nodes.length; v++) first[v + 1] += first[v];
        int[] next = Arrays.copyOf(first, nodes.length);
        int[] others = new int[2 * channels.length];
        int[] twins = new int[2 * channels.length];
        int[] channelOfSlot = new int[2 * channels.length];
        int[] slotOfChannel = new int[channels.length];
        for (int i = 0; i < channels.length; i++) {
            int into2 = next[node2[i]]++;
            int into1 = next[node1[i]]++;
            others[into2] = node1[i];
            others[into1] = node2[i];
            twins[into2] = into1;
            twins[into1] = into2;
            channelOfSlot[into1] = i;
            channelOfSlot[into2] = i;
            slotOfChannel[i] = into2;
        }
        markLeaves(nodes.length, first, others);
        return new Topology(nodes, channels, first, others, twins, channelOfSlot, slotOfChannel);
    }

    /** A node with one neighbour only is on no way between two other nodes. */
    private static void markLeaves(int count, int[] first, int[] others) {
        boolean[] leaf = new boolean[count];
        for (int v = 0; v < count; v++) {
            leaf[v] = true;
            for (int slot = first[v] + 1; slot < first[v + 1]; slot++) leaf[v] &= others[slot] == others[first[v]];
        }
        for (int slot = 0; slot < others.length; slot++) if (leaf[others[slot]]) others[slot] |= LEAF;
    }

    public int nodes() {
        return nodes.length;
    }

    public int channels() {
        return channels.length;
    }

    /** Two for each channel. */
    public int slots() {
        return others.length;
    }

    public NodeId node(int index) {
        return nodes[index];
    }

    /** Where the node stands; empty when it has no channel. */
    public OptionalInt indexOf(NodeId node) {
        int index = Arrays.binarySearch(nodes, node);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    public ShortChannelId channel(int index) {
        return new ShortChannelId(channels[index]);
    }

    public OptionalInt indexOf(ShortChannelId channel) {
        int low = 0;
        int high = channels.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int side = Long.compareUnsigned(channels[middle], channel.value());
            if (side == 0) return OptionalInt.of(middle);
            if (side < 0) low = middle + 1;
            else high = middle - 1;
        }
        return OptionalInt.empty();
    }

    /** A node's slots are those from here to {@code firstSlot(node + 1)}. */
    public int firstSlot(int node) {
        return first[node];
    }

    /** The node at the other end: where the direction of this slot begins. */
    public int other(int slot) {
        return others[slot] & ~LEAF;
    }

    /** Whether the node at the other end has no other neighbour. */
    public boolean comesFromLeaf(int slot) {
        return others[slot] < 0;
    }

    /** The same channel's slot at its other end, of the opposite direction. */
    public int twin(int slot) {
        return twins[slot];
    }

    public int channelOf(int slot) {
        return channelOfSlot[slot];
    }

    /** The slot of the direction from node 1 to node 2; the other direction's is its twin. */
    public int slotFromNode1(int channel) {
        return slotOfChannel[channel];
    }

    /** Where the direction of this slot leads to. */
    public int target(int slot) {
        return other(twins[slot]);
    }

    /** The slot of a channel's direction that begins at that node; empty when there is none. */
    public OptionalInt slot(ShortChannelId channel, NodeId from) {
        OptionalInt index = indexOf(channel);
        if (index.isEmpty()) return OptionalInt.empty();
        int slot = slotOfChannel[index.getAsInt()];
        if (nodes[other(slot)].equals(from)) return OptionalInt.of(slot);
        return nodes[target(slot)].equals(from) ? OptionalInt.of(twins[slot]) : OptionalInt.empty();
    }

    /** Whether both place the same channels between the same nodes. */
    boolean sameAs(Topology other) {
        return this == other || Arrays.equals(channels, other.channels) && Arrays.equals(others, other.others)
                && Arrays.equals(nodes, other.nodes);
    }

    /** Bytes of the arrays, without the node ids that they refer to. */
    public long bytes() {
        return 4L * nodes.length + 8L * channels.length
                + 4L * (first.length + others.length + twins.length + channelOfSlot.length + slotOfChannel.length);
    }
}
