package fulgurite.protocol.payment;

import fulgurite.protocol.units.ChannelId;
import java.util.Comparator;

/** One HTLC that a peer offered us. @param htlcId as the peer numbered it in that channel */
public record HtlcKey(ChannelId channelId, long htlcId) implements Comparable<HtlcKey> {
    private static final Comparator<HtlcKey> ORDER = Comparator.comparing(HtlcKey::channelId)
            .thenComparing(HtlcKey::htlcId, Long::compareUnsigned);

    @Override
    public int compareTo(HtlcKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return channelId.toHex().substring(0, 8) + "/" + Long.toUnsignedString(htlcId);
    }
}
