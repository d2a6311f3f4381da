package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The channels that were there at a start and have not told their state yet. Until all have, what HTLCs want is held back:
 * a forwarded HTLC must find the channel that it came from or went to. Not for sharing between threads.
 */
final class Recovering {
    private final ActorRef<ChannelNews> listener;
    private final SortedSet<Long> awaited = new TreeSet<>();
    private final List<ChannelNews> heldBack = new ArrayList<>();

    Recovering(ActorRef<ChannelNews> listener) {
        this.listener = listener;
    }

    /** These are being read back. */
    void await(Set<Long> indices) {
        awaited.addAll(indices);
    }

    /** A channel has told its state. @return whether it had been waited for */
    boolean heard(long index) {
        return awaited.remove(index);
    }

    boolean isOver() {
        return awaited.isEmpty();
    }

    /** Tells what HTLCs want, now or once all channels are there. */
    void tell(ChannelNews news) {
        if (isOver()) listener.tell(news);
        else heldBack.add(news);
    }

    /** All are there: what was held back is told. */
    void end() {
        listener.tell(new ChannelNews.AllRecovered());
        heldBack.forEach(listener::tell);
        heldBack.clear();
    }
}
