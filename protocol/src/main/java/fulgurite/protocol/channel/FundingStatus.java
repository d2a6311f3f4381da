package fulgurite.protocol.channel;

import fulgurite.protocol.units.ShortChannelId;
import java.util.Optional;

/**
 * How far the funding transaction and channel_ready have come.
 *
 * @param shortChannelId where the funding confirmed
 * @param depth confirmations that we were last told of, 0 when unconfirmed
 * @param remoteAlias that the peer gave the channel in channel_ready
 */
public record FundingStatus(
        Optional<ShortChannelId> shortChannelId,
        int depth,
        boolean readySent,
        boolean readyReceived,
        Optional<ShortChannelId> remoteAlias) {
    static final FundingStatus UNCONFIRMED = new FundingStatus(Optional.empty(), 0, false, false, Optional.empty());

    FundingStatus confirmed(ShortChannelId at, int newDepth) {
        return new FundingStatus(Optional.of(at), newDepth, readySent, readyReceived, remoteAlias);
    }

    FundingStatus withReadySent() {
        return new FundingStatus(shortChannelId, depth, true, readyReceived, remoteAlias);
    }

    FundingStatus withReadyReceived(Optional<ShortChannelId> alias) {
        return new FundingStatus(shortChannelId, depth, readySent, true, alias.isPresent() ? alias : remoteAlias);
    }
}
