package fulgurite.protocol.graph;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in the order of its keys: a change copies the path to the changed entry and shares the rest, so that
 * it costs O(log n) and old versions stay as they were.
 *
 * <p>It is an AVL tree: the heights of a node's two subtrees differ by one at most, and each rebuilt node on the path is
 * rotated where they would differ by two (Adelson-Velsky and Landis, 1962).
 */
public final class OrderedMap<K extends Comparable<K>, V> implements Iterable<OrderedMap.Entry<K, V>> {
    private final @Nullable Node<K, V> root;

    private OrderedMap(@Nullable Node<K, V> root) {
        this.root = root;
    }

    /** One key and its value. */
    public record Entry<K, V>(K key, V value) {}

    private record Node<K, V>(@Nullable Node<K, V> left, Entry<K, V> entry, @Nullable Node<K, V> right, int height,
            int size) {}

    public static <K extends Comparable<K>, V> OrderedMap<K, V> empty() {
        return new OrderedMap<>(null);
    }

    public int size() {
        return size(root);
    }

    /** The longest path from the root: 1.44 log2(size) at most. */
    int height() {
        return height(root);
    }

    public boolean isEmpty() {
        return root == null;
    }

    public Optional<V> get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int side = key.compareTo(node.entry.key);
            if (side == 0) return Optional.of(node.entry.value);
            node = side < 0 ? node.left : node.right;
        }
        return Optional.empty();
    }

    public boolean containsKey(K key) {
        return get(key).isPresent();
    }

    /** This map with {@code value} at {@code key}, in place of what was there. */
    public OrderedMap<K, V> with(K key, V value) {
        return new OrderedMap<>(insert(root, new Entry<>(key, value)));
    }

    public OrderedMap<K, V> without(K key) {
        return containsKey(key) ? new OrderedMap<>(remove(root, key)) : this;
    }

    /** In the order of the keys. */
    @Override
    public Iterator<Entry<K, V>> iterator() {
        return new InOrder<>(root);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof OrderedMap<?, ?> that) || size() != that.size()) return false;
        Iterator<?> theirs = that.iterator();
        for (Entry<K, V> entry : this) if (!entry.equals(theirs.next())) return false;
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (Entry<K, V> entry : this) hash = 31 * hash + entry.hashCode();
        return hash;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        for (Entry<K, V> entry : this) {
            if (text.length() > 1) text.append(", ");
            text.append(entry.key).append('=').append(entry.value);
        }
        return text.append('}').toString();
    }

    private static int height(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.height;
    }

    private static int size(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size;
    }

    private static <K, V> Node<K, V> node(@Nullable Node<K, V> left, Entry<K, V> entry, @Nullable Node<K, V> right) {
        return new Node<>(left, entry, right, 1 + Math.max(height(left), height(right)), 1 + size(left) + size(right));
    }

    /** A node over two subtrees whose heights differ by two at most, rotated so that they differ by one at most. */
    private static <K, V> Node<K, V> balanced(
            @Nullable Node<K, V> left, Entry<K, V> entry, @Nullable Node<K, V> right) {
        if (left != null && left.height > height(right) + 1) {
            Node<K, V> inner = left.right;
            if (inner == null || height(left.left) >= inner.height)
                return node(left.left, left.entry, node(inner, entry, right));
            return node(node(left.left, left.entry, inner.left), inner.entry, node(inner.right, entry, right));
        }
        if (right != null && right.height > height(left) + 1) {
            Node<K, V> inner = right.left;
            if (inner == null || height(right.right) >= inner.height)
                return node(node(left, entry, inner), right.entry, right.right);
            return node(node(left, entry, inner.left), inner.entry, node(inner.right, right.entry, right.right));
        }
        return node(left, entry, right);
    }

    private static <K extends Comparable<K>, V> Node<K, V> insert(@Nullable Node<K, V> node, Entry<K, V> added) {
        if (node == null) return node(null, added, null);
        int side = added.key.compareTo(node.entry.key);
        if (side == 0) return node(node.left, added, node.right);
        return side < 0
                ? balanced(insert(node.left, added), node.entry, node.right)
                : balanced(node.left, node.entry, insert(node.right, added));
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(@Nullable Node<K, V> node, K key) {
        if (node == null) return null;
        int side = key.compareTo(node.entry.key);
        if (side < 0) return balanced(remove(node.left, key), node.entry, node.right);
        if (side > 0) return balanced(node.left, node.entry, remove(node.right, key));
        if (node.left == null) return node.right;
        if (node.right == null) return node.left;
        Entry<K, V> next = first(node.right);
        return balanced(node.left, next, remove(node.right, next.key));
    }

    private static <K, V> Entry<K, V> first(Node<K, V> node) {
        Node<K, V> at = node;
        while (at.left != null) at = at.left;
        return at.entry;
    }

    private static final class InOrder<K, V> implements Iterator<Entry<K, V>> {
        private final ArrayDeque<Node<K, V>> path = new ArrayDeque<>();

        InOrder(@Nullable Node<K, V> root) {
            descend(root);
        }

        private void descend(@Nullable Node<K, V> from) {
            for (Node<K, V> node = from; node != null; node = node.left) path.push(node);
        }

        @Override
        public boolean hasNext() {
            return !path.isEmpty();
        }

        @Override
        public Entry<K, V> next() {
            if (path.isEmpty()) throw new NoSuchElementException();
            Node<K, V> node = path.pop();
            descend(node.right);
            return node.entry;
        }
    }
}
