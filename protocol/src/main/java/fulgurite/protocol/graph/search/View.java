package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.units.Timestamp;

/** What a path-finder looks at. @param liquidity on the map's topology; @param now to which the liquidity's age counts */
public record View(ChannelMap map, Liquidity liquidity, Timestamp now) {
    public View {
        if (liquidity.topology() != map.topology())
            throw new IllegalArgumentException("the liquidity is of another topology");
    }

    /** Without any knowledge. */
    public static View of(ChannelMap map) {
        return new View(map, Liquidity.unknown(map.topology()), new Timestamp(0));
    }

    public View with(Liquidity changed) {
        return new View(map, changed, now);
    }
}
