package fulgurite.node;

import fulgurite.node.api.NodeService.Channel;
import fulgurite.node.api.NodeService.Closing;
import fulgurite.node.api.NodeService.CommitmentView;
import fulgurite.node.api.NodeService.Create;
import fulgurite.node.api.NodeService.FundingRequest;
import fulgurite.node.api.NodeService.Reason;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Psbt;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a node does with channels for its user: open, show, close. */
final class ChannelService {
    private final Asking asking;
    private final NodeSettings settings;
    private final NodeActor.Running node;

    ChannelService(Asking asking, NodeSettings settings, NodeActor.Running node) {
        this.asking = asking;
        this.settings = settings;
        this.node = node;
    }

    CompletionStage<Channel> create(Create request) {
        if (request.zeroReserve() && !settings.channels().zeroReserve())
            return Asking.failed(
                    Asking.refuse(Reason.FORBIDDEN, "channels without reserves are not allowed by this node's settings"
                            + " (channels.zero-reserve)"));
        return asking.feerate(request.feerate())
                .thenCompose(feerate -> asking.<ChannelsActor.Command, ChannelsActor.OpenResult>ask(node.channels(),
                        replyTo -> new ChannelsActor.Open(request.peer(), request.funding(),
                                request.push().toMilliSatoshi(), request.announce(), request.zeroReserve(), feerate,
                                replyTo),
                        Asking.OPENING))
                .thenApply(this::opened);
    }

    CompletionStage<FundingRequest> createOutside(Create request) {
        if (request.zeroReserve() && !settings.channels().zeroReserve())
            return Asking.failed(
                    Asking.refuse(Reason.FORBIDDEN, "channels without reserves are not allowed by this node's settings"
                            + " (channels.zero-reserve)"));
        return asking.feerate(request.feerate())
                .thenCompose(feerate -> asking.<ChannelsActor.Command, ChannelsActor.OutsideResult>ask(node.channels(),
                        replyTo -> new ChannelsActor.OpenOutside(request.peer(), request.funding(),
                                request.push().toMilliSatoshi(), request.announce(), request.zeroReserve(), feerate,
                                replyTo),
                        Asking.OPENING))
                .thenApply(result -> switch (result) {
                    case ChannelsActor.FundingWanted(long index, TxOutput output) -> new FundingRequest(
                            Long.toString(index),
                            Address.ofScript(output.script(), settings.network()).orElseThrow().toString(),
                            output.amount(), Psbt.paying(List.of(output)).toBase64());
                    case ChannelsActor.OutsideRefused(String reason) -> throw Asking.refuse(Reason.WRONG_STATE,
                            "the channel is not opened: " + reason);
                });
    }

    CompletionStage<Channel> fundOutside(String opening, String psbt) {
        if (!opening.matches("[0-9]{1,18}"))
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, "an opening is a number"));
        Psbt parsed;
        try {
            parsed = Psbt.fromBase64(psbt);
        } catch (MalformedException e) {
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, e.getMessage()));
        }
        return asking.<ChannelsActor.Command, ChannelsActor.OpenResult>ask(node.channels(),
                replyTo -> new ChannelsActor.FundOutside(Long.parseLong(opening), parsed, replyTo), Asking.OPENING)
                .thenApply(this::opened);
    }

    private Channel opened(ChannelsActor.OpenResult result) {
        return switch (result) {
            case ChannelsActor.Opened(LiveChannel channel) -> ChannelViews.of(channel, settings.channels())
                    .orElseThrow();
            case ChannelsActor.NotOpened(String reason) -> throw Asking.refuse(Reason.WRONG_STATE,
                    "the channel is not opened: " + reason);
        };
    }

    CompletionStage<List<Channel>> channels() {
        return asking.live()
                .thenApply(channels -> channels.stream()
                        .flatMap(channel -> ChannelViews.of(channel, settings.channels()).stream())
                        .toList());
    }

    CompletionStage<Closing> close(ChannelId channel, boolean force, Optional<FeeratePerKw> feerate) {
        return closing(asking.ask(node.channels(), replyTo -> new ChannelsActor.Close(channel, force, feerate, replyTo),
                Asking.OPENING));
    }

    private static CompletionStage<Closing> closing(CompletionStage<ChannelsActor.CloseResult> asked) {
        return asked.thenApply(result -> switch (result) {
            case ChannelsActor.Closing closing -> new Closing(closing.channel(), closing.txid(), closing.mutual());
            case ChannelsActor.NotClosing(boolean known, String reason) -> throw Asking.refuse(
                    known ? Reason.WRONG_STATE : Reason.NOT_FOUND, reason);
        });
    }

    CompletionStage<TxId> publishRevoked(ChannelId channel) {
        if (settings.network() != fulgurite.protocol.bitcoin.BitcoinNetwork.REGTEST)
            return Asking.failed(Asking.refuse(Reason.FORBIDDEN, "cheating is for regtest only"));
        return closing(
                asking.ask(node.channels(), replyTo -> new ChannelsActor.FallSilent(channel, replyTo), Asking.SOON))
                .thenApply(Closing::txid);
    }

    CompletionStage<List<CommitmentView>> commitmentTransactions(Optional<ChannelId> channel) {
        return asking.<ChannelsActor.Command, ChannelsActor.Commitments>ask(node.channels(),
                replyTo -> new ChannelsActor.GetCommitments(replyTo), Asking.SOON)
                .thenApply(found -> {
                    var views = new ArrayList<CommitmentView>();
                    for (ChannelsActor.SignedCommitment one : found.commitments())
                        if (ChannelViews.is(one.channel(), channel)) views.add(ChannelViews.commitment(one));
                    if (views.isEmpty() && channel.isPresent())
                        throw Asking.refuse(Reason.NOT_FOUND, "there is no open channel " + channel.get());
                    return views;
                });
    }
}
