package fulgurite.node.payment;

import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.normal.Affordability;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The channels of this node as payments see them: kept current by what the channels tell. Not thread-safe. */
final class LocalChannels {
    private final ChannelLimits limits;
    private final SortedMap<Long, LiveChannel> byIndex = new TreeMap<>();
    private final SortedMap<ShortChannelId, Long> byName = new TreeMap<>();
    private final SortedMap<ChannelId, Long> byId = new TreeMap<>();

    LocalChannels(ChannelLimits limits) {
        this.limits = limits;
    }

    void changed(LiveChannel channel) {
        LiveChannel before = byIndex.put(channel.index(), channel);
        channel.active().ifPresent(active -> {
            byId.put(active.id(), channel.index());
            byName.put(active.terms().alias(), channel.index());
            byName.put(active.name(), channel.index());
        });
        if (before != null && channel.active().isEmpty()) before.active().ifPresent(this::forget);
    }

    private void forget(ActiveChannel over) {
        byId.remove(over.id());
        byName.remove(over.terms().alias());
        over.fundingStatus().shortChannelId().ifPresent(byName::remove);
    }

    Optional<LiveChannel> find(ChannelId id) {
        return Optional.ofNullable(byId.get(id)).map(byIndex::get);
    }

    /** By its short_channel_id, unless its type keeps that secret, or the alias that we gave it. @bolt 2, The channel_ready Message */
    Optional<LiveChannel> find(ShortChannelId name) {
        return Optional.ofNullable(byName.get(name)).map(byIndex::get);
    }

    /** One with that peer: the first that can send so much now, or else any. */
    Optional<LiveChannel> to(NodeId peer, MilliSatoshi amount) {
        List<LiveChannel> all = byIndex.values()
                .stream()
                .filter(channel -> channel.peer().equals(peer) && channel.active().isPresent())
                .toList();
        return all.stream()
                .filter(channel -> channel.isUsable() && sendable(channel.active().orElseThrow()).atLeast(amount))
                .findFirst()
                .or(() -> all.stream().findFirst());
    }

    Optional<LiveChannel> find(long index) {
        return Optional.ofNullable(byIndex.get(index));
    }

    /**
     * Whether any channel has an HTLC of that origin, pending or with a result that waits to be acknowledged. It is not
     * to be offered again, nor given up, whatever else is the matter with the channel and whatever it is called now (a
     * reorganisation may have given it another name): its result decides.
     */
    boolean carry(HtlcOrigin origin) {
        return byIndex.values().stream().anyMatch(channel -> carries(channel, origin));
    }

    private static boolean carries(LiveChannel channel, HtlcOrigin origin) {
        return channel.active()
                .filter(active -> active.ledger()
                        .htlcs()
                        .stream()
                        .anyMatch(htlc -> htlc.origin().equals(Optional.of(origin)))
                        || active.settlements().stream().anyMatch(one -> one.origin().equals(origin)))
                .isPresent();
    }

    /** Those that a payment of ours could begin with now. */
    List<RouteRequest.LocalChannel> usable() {
        var usable = new ArrayList<RouteRequest.LocalChannel>();
        for (LiveChannel channel : byIndex.values()) {
            if (!channel.isUsable()) continue;
            ActiveChannel active = channel.active().orElseThrow();
            usable.add(new RouteRequest.LocalChannel(nameOf(active), channel.peer(), sendable(active),
                    active.terms().theirs().htlcMinimum()));
        }
        return usable;
    }

    MilliSatoshi sendable(ActiveChannel channel) {
        return Affordability.sendable(channel, limits, Side.LOCAL);
    }

    /** The largest HTLC that the peer could offer now. */
    MilliSatoshi receivable(ActiveChannel channel) {
        return Affordability.sendable(channel, limits, Side.REMOTE);
    }

    /** In the order in which they were opened. */
    List<LiveChannel> all() {
        return List.copyOf(byIndex.values());
    }

    static ShortChannelId nameOf(ActiveChannel channel) {
        return channel.name();
    }
}
