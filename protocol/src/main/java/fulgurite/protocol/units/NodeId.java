package fulgurite.protocol.units;

/** A node's identity: its static public key. */
public record NodeId(PublicKey key) implements Comparable<NodeId> {
    public static NodeId fromHex(String hex) {
        return new NodeId(PublicKey.fromHex(hex));
    }

    public String toHex() {
        return key.toHex();
    }

    @Override
    public int compareTo(NodeId other) {
        return key.compareTo(other.key);
    }

    @Override
    public String toString() {
        return key.toHex();
    }
}
