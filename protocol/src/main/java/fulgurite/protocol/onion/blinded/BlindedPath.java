package fulgurite.protocol.onion.blinded;

import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PublicKey;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to a node that names its first node only: what the payee hands to the payer.
 *
 * @param firstPathKey by which the introduction node finds its secret; each hop gives the next one its own
 * @param hops 1..255, the introduction node's first, the payee's last
 * @bolt 4, Route Blinding
 */
public record BlindedPath(Introduction introduction, PublicKey firstPathKey, List<Hop> hops) {
    private static final int MOST_HOPS = 255;

    /** @param blindedNodeId whom the onion is made for; @param encryptedData that only that node can read */
    public record Hop(PublicKey blindedNodeId, Bytes encryptedData) {
        static final Codec<Hop> CODEC = Codecs.record(Hop.class, Codecs.PUBLIC_KEY, Codecs.BYTES_U16);
    }

    public static final Codec<BlindedPath> CODEC = new PathCodec();

    public BlindedPath {
        hops = List.copyOf(hops);
        if (hops.isEmpty() || hops.size() > MOST_HOPS)
            throw new IllegalArgumentException("a blinded path of " + hops.size() + " hops");
    }

    private static final class PathCodec implements Codec<BlindedPath> {
        @Override
        public Class<BlindedPath> type() {
            return BlindedPath.class;
        }

        @Override
        public void encode(BlindedPath path, ByteWriter out) {
            Introduction.CODEC.encode(path.introduction, out);
            Codecs.PUBLIC_KEY.encode(path.firstPathKey, out);
            out.writeU8(path.hops.size());
            for (Hop hop : path.hops) Hop.CODEC.encode(hop, out);
        }

        @Override
        public BlindedPath decode(ByteReader in) {
            Introduction introduction = Introduction.CODEC.decode(in);
            PublicKey pathKey = Codecs.PUBLIC_KEY.decode(in);
            int count = in.readU8();
            if (count == 0) throw new MalformedException("a blinded path without hops");
            var hops = new ArrayList<Hop>(count);
            for (int i = 0; i < count; i++) hops.add(Hop.CODEC.decode(in));
            return new BlindedPath(introduction, pathKey, hops);
        }
    }
}
