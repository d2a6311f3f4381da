package fulgurite.protocol.graph.sync;

import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyChannelRangeTlv;
import fulgurite.protocol.wire.UpdateChecksums;
import fulgurite.protocol.wire.UpdateTimestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a peer has said of the range that it was asked about. Its channels come in increasing order, over all replies, so
 * that none counts twice; replies, channels and what is kept of them are bounded.
 *
 * @param first block of the last reply
 * @param last channel so far
 * @param covered whether the replies reach the end of the range
 * @param lacking the channels that it can tell more of than we know
 */
record RangeSoFar(int replies, int channels, long first, Optional<ShortChannelId> last, boolean covered,
        List<Offer> lacking) {
    /** All blocks that there may ever be. */
    static final long END = 0xffffffffL;
    /** Peers may answer in pieces of a thousand blocks. */
    static final int MOST_REPLIES = 2_000;
    /** Some times what there is. */
    static final int MOST_CHANNELS = 500_000;
    /** What is more waits for the next round. */
    static final int MOST_LACKING = 100_000;

    static final RangeSoFar NOTHING = new RangeSoFar(0, 0, 0, Optional.empty(), false, List.of());

    /** What the reply is, in turn. */
    sealed interface Next {
        record More(RangeSoFar soFar) implements Next {}

        record Complete(List<Offer> lacking) implements Next {}

        record Wrong(Fault fault) implements Next {}
    }

    Next with(ReplyChannelRange reply, RoutingTable table, Timestamp now) {
        int sum = channels + reply.shortChannelIds().size();
        if (replies >= MOST_REPLIES || sum > MOST_CHANNELS) return new Next.Wrong(Fault.TOO_MUCH);
        if (reply.firstBlocknum() < first) return new Next.Wrong(Fault.OUT_OF_ORDER);
        Optional<List<UpdateTimestamps>> times = reply.tlvs()
                .get(ReplyChannelRangeTlv.Timestamps.class)
                .map(ReplyChannelRangeTlv.Timestamps::timestamps);
        Optional<List<UpdateChecksums>> sums = reply.tlvs()
                .get(ReplyChannelRangeTlv.Checksums.class)
                .map(ReplyChannelRangeTlv.Checksums::checksums);
        int size = reply.shortChannelIds().size();
        if (times.filter(list -> list.size() != size).isPresent()
                || sums.filter(list -> list.size() != size).isPresent())
            return new Next.Wrong(Fault.LISTS_OF_DIFFERENT_LENGTHS);
        var more = new ArrayList<>(lacking);
        Optional<ShortChannelId> before = last;
        for (int i = 0; i < size; i++) {
            ShortChannelId id = reply.shortChannelIds().get(i);
            if (before.isPresent() && before.get().compareTo(id) >= 0) return new Next.Wrong(Fault.OUT_OF_ORDER);
            before = Optional.of(id);
            int at = i;
            var offer = new Offer(id, times.map(list -> list.get(at)), sums.map(list -> list.get(at)));
            if (more.size() < MOST_LACKING && offer.lacking(table, now) != 0) more.add(offer);
        }
        boolean reached = covered || reply.firstBlocknum() + reply.numberOfBlocks() >= END;
        if (reached && reply.syncComplete() != 0) return new Next.Complete(List.copyOf(more));
        return new Next.More(new RangeSoFar(replies + 1, sum, reply.firstBlocknum(), before, reached,
                List.copyOf(more)));
    }
}
