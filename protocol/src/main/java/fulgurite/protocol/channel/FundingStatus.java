package fulgurite.protocol.channel;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Optional;

/**
 * How far the funding transaction and channel_ready have come.
 *
 * @param shortChannelId where the funding confirmed
 * @param depth confirmations that we were last told of, 0 when unconfirmed
 * @param remoteAlias that the peer gave the channel in channel_ready
 * @param since when it is awaited
 * @param rivalAt where a block holds a transaction that spends the same coins, so that the funding can never confirm
 */
public record FundingStatus(
        Optional<ShortChannelId> shortChannelId,
        int depth,
        boolean readySent,
        boolean readyReceived,
        Optional<ShortChannelId> remoteAlias,
        Optional<BlockHeight> since,
        Optional<BlockHeight> rivalAt) {
    static final FundingStatus UNCONFIRMED = new FundingStatus(Optional.empty(), 0, false, false, Optional.empty(),
            Optional.empty(), Optional.empty());

    FundingStatus confirmed(ShortChannelId at, int newDepth) {
        return new FundingStatus(Optional.of(at), newDepth, readySent, readyReceived, remoteAlias, since,
                Optional.empty());
    }

    FundingStatus awaited(BlockHeight from) {
        return new FundingStatus(shortChannelId, depth, readySent, readyReceived, remoteAlias, Optional.of(from),
                rivalAt);
    }

    /** A rival in a block says that the funding is in none. */
    FundingStatus rivalled(Optional<BlockHeight> at) {
        return new FundingStatus(at.isPresent() ? Optional.empty() : shortChannelId, at.isPresent() ? 0 : depth,
                readySent, readyReceived, remoteAlias, since, at);
    }

    FundingStatus withReadySent() {
        return new FundingStatus(shortChannelId, depth, true, readyReceived, remoteAlias, since, rivalAt);
    }

    FundingStatus withReadyReceived(Optional<ShortChannelId> alias) {
        return new FundingStatus(shortChannelId, depth, readySent, true, alias.isPresent() ? alias : remoteAlias,
                since, rivalAt);
    }
}
