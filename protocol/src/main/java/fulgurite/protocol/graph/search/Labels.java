package fulgurite.protocol.graph.search;

import java.util.Arrays;

/**
 * Ways from nodes to the payee, in columns. A way extends its parent by one edge; those of a node form a list.
 *
 * <p>{@code root} is the payee, {@code amount} is what the node must receive, {@code rest} the cost beside the fees, {@code delta} the blocks from now
 * to the expiry that it must receive the payment with, {@code carried} what the HTLC in {@code edge} carries.
 */
final class Labels {
    int[] node = new int[1024];
    long[] amount = new long[1024];
    long[] rest = new long[1024];
    int[] delta = new int[1024];
    int[] hops = new int[1024];
    int[] edge = new int[1024];
    int[] parent = new int[1024];
    int[] root = new int[1024];
    long[] carried = new long[1024];
    int[] nextOfNode = new int[1024];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** Makes room for one more. @return its number */
    int add() {
        if (size == node.length) grow(2 * size);
        return size++;
    }

    private void grow(int length) {
        node = Arrays.copyOf(node, length);
        amount = Arrays.copyOf(amount, length);
        rest = Arrays.copyOf(rest, length);
        delta = Arrays.copyOf(delta, length);
        hops = Arrays.copyOf(hops, length);
        edge = Arrays.copyOf(edge, length);
        parent = Arrays.copyOf(parent, length);
        root = Arrays.copyOf(root, length);
        carried = Arrays.copyOf(carried, length);
        nextOfNode = Arrays.copyOf(nextOfNode, length);
    }
}
