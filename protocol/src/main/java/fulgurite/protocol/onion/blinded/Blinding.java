package fulgurite.protocol.onion.blinded;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.ChaCha;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes blinded paths, and reads a hop's part of one.
 *
 * <p>The maker has an ephemeral key for each hop, each following from the one before. A hop is given the public half,
 * the path key: with it and its own key it shares a secret with the maker, from which come the key that opens its data,
 * the key by which its node id is hidden, and the next hop's path key.
 *
 * @bolt 4, Route Blinding
 */
public final class Blinding {
    private static final Bytes NODE_ID = label("blinded_node_id");
    private static final Bytes RHO = label("rho");
    private static final Bytes NONCE = Bytes.zeros(12);

    private Blinding() {}

    /** A node on the path that is to be made, and what it is told. */
    public record Step(NodeId node, TlvStream<PathTlv> data) {}

    /** What one hop reads. @param nextPathKey for the next hop; overridden where the data say so */
    public record Opened(TlvStream<PathTlv> data, PublicKey nextPathKey) {}

    /**
     * A path over these nodes, the maker last; the data of all hops are padded to one length.
     *
     * @param sessionKey fresh for every path, 1..n-1
     */
    public static BlindedPath path(PrivateKey sessionKey, List<Step> steps) {
        List<Step> padded = padded(steps);
        return new BlindedPath(new Introduction.Node(padded.getFirst().node()), Curve.publicKey(sessionKey),
                hops(sessionKey, padded));
    }

    /** The hops alone, with their data as they are. */
    static List<BlindedPath.Hop> hops(PrivateKey sessionKey, List<Step> steps) {
        var hops = new ArrayList<BlindedPath.Hop>();
        PrivateKey ephemeral = sessionKey;
        for (Step step : steps) {
            var secret = SharedSecret.of(ephemeral, step.node().key());
            hops.add(new BlindedPath.Hop(Curve.multiply(step.node().key(), hiding(secret)),
                    ChaCha.encrypt(rho(secret), NONCE, Bytes.EMPTY, PathTlv.CODEC.toBytes(step.data()))));
            ephemeral = Curve.multiply(ephemeral, following(Curve.publicKey(ephemeral), secret));
        }
        return List.copyOf(hops);
    }

    /** The key with which a hop peels an onion that was made for its blinded id. @param pathKey on the curve */
    public static PrivateKey tweaked(PrivateKey nodeKey, PublicKey pathKey) {
        return Curve.multiply(nodeKey, hiding(SharedSecret.of(nodeKey, pathKey)));
    }

    /** Reads a hop's data. @return empty when they are not for this key, or malformed */
    public static Optional<Opened> open(PrivateKey nodeKey, PublicKey pathKey, Bytes encryptedData) {
        if (!Curve.isOnCurve(pathKey)) return Optional.empty();
        var secret = SharedSecret.of(nodeKey, pathKey);
        return ChaCha.decrypt(rho(secret), NONCE, Bytes.EMPTY, encryptedData)
                .flatMap(Blinding::read)
                .map(data -> new Opened(data, data.get(PathTlv.NextPathKeyOverride.class)
                        .map(PathTlv.NextPathKeyOverride::pathKey)
                        .orElseGet(() -> Curve.multiply(pathKey, following(pathKey, secret)))));
    }

    private static Optional<TlvStream<PathTlv>> read(Bytes data) {
        try {
            return Optional.of(PathTlv.CODEC.fromBytes(data));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** All data brought to one length, the least that padding can reach for each. */
    static List<Step> padded(List<Step> steps) {
        List<Integer> sizes = steps.stream().map(step -> PathTlv.CODEC.toBytes(step.data()).size()).toList();
        int size = sizes.stream().mapToInt(each -> each).max().orElseThrow();
        for (boolean reached = false; !reached; size += reached ? 0 : 1) {
            int target = size;
            reached = sizes.stream().allMatch(each -> target == each || padding(target - each).isPresent());
        }
        var padded = new ArrayList<Step>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            padded.add(padding(size - sizes.get(i))
                    .map(padding -> new Step(step.node(), step.data().with(padding)))
                    .orElse(step));
        }
        return padded;
    }

    /** The padding that takes exactly so many bytes, its type and length among them; empty when there is none. */
    private static Optional<PathTlv> padding(int bytes) {
        int head = bytes < 255 ? 2 : 4;
        boolean fits = head == 2 ? bytes >= 2 : bytes - head >= 253;
        return fits ? Optional.of(new PathTlv.Padding(Bytes.zeros(bytes - head))) : Optional.empty();
    }

    static Bytes32 rho(SharedSecret secret) {
        return Hashes.hmacSha256(RHO, secret.bytes());
    }

    /** By which a node id is multiplied. */
    static PrivateKey hiding(SharedSecret secret) {
        return new PrivateKey(Hashes.hmacSha256(NODE_ID, secret.bytes()).bytes());
    }

    /** By which one path key is multiplied to the next. */
    static PrivateKey following(PublicKey pathKey, SharedSecret secret) {
        return new PrivateKey(Hashes.sha256(pathKey.bytes(), secret.bytes()).bytes());
    }

    private static Bytes label(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.US_ASCII));
    }
}
