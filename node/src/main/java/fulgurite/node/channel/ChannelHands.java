package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import fulgurite.node.chain.ChainWatcher.ConfirmedNotice;
import fulgurite.node.chain.ChainWatcher.PublishedNotice;
import fulgurite.node.chain.ChainWatcher.SpentNotice;
import fulgurite.node.chain.ChainWatcher.UnspentNotice;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.wire.LightningMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries out a channel's effects: those for its peer, the chain and the wallet itself, the others through the channel's
 * owner. What it knows is lost with the actor that it belongs to. Not for sharing between threads.
 */
final class ChannelHands {
    private final ChannelActor.Identity identity;
    private final ChannelActor.Ports ports;
    private final Ears ears;
    private final ActorContext<ChannelActor.Command> actor;
    private Optional<ChannelId> attached = Optional.empty();
    /** Of the present link: nothing that is meant for one link may go out on the next. */
    private Optional<ActorRef<PeerConnectionActor.Send>> line = Optional.empty();
    /** The funding that a cheater spends by no other transaction than its cheat. */
    private Optional<OutPoint> silent = Optional.empty();
    private boolean muted;

    /** Where the actor hears the answers. @param quiet begins the time that a quiet channel has */
    record Ears(ActorRef<PeerActor.ChannelNotice> peer, ActorRef<ConfirmedNotice> confirmed,
            ActorRef<SpentNotice> spent, ActorRef<UnspentNotice> unspent, ActorRef<WalletActor.FundResult> funding,
            ActorRef<PublishedNotice> published, Consumer<ChannelEffect.LimitQuiescence> quiet) {}

    ChannelHands(ChannelActor.Identity identity, ChannelActor.Ports ports, Ears ears,
            ActorContext<ChannelActor.Command> actor) {
        this.identity = identity;
        this.ports = ports;
        this.ears = ears;
        this.actor = actor;
    }

    void connect(ActorRef<PeerConnectionActor.Send> to) {
        line = Optional.of(to);
    }

    void disconnect() {
        line = Optional.empty();
    }

    boolean isConnected() {
        return line.isPresent();
    }

    /** Ends the connection from our side, if there is one: nothing of it is heard any more. */
    void hangUp(String reason) {
        if (line.isEmpty()) return;
        disconnect();
        toPeer(new PeerActor.Disconnect(reason));
    }

    boolean isOn(ActorRef<PeerConnectionActor.Send> other) {
        return line.equals(Optional.of(other));
    }

    /** From now on nothing reaches the peer: the channel has been stopped. */
    void mute() {
        muted = true;
    }

    /** From now on no message and no commitment leaves this channel, as a cheater's; what others confirmed is brought home. */
    void fallSilent(OutPoint funding) {
        silent = Optional.of(funding);
    }

    /** Who is silent helps no commitment of its own into a block. */
    private List<Wanted> heard(List<Wanted> wants) {
        return isSilent() ? wants.stream().filter(wanted -> !(wanted instanceof Wanted.Anchor)).toList() : wants;
    }

    private static boolean spends(Tx tx, OutPoint output) {
        return tx.inputs().stream().anyMatch(input -> input.outPoint().equals(output));
    }

    boolean isSilent() {
        return silent.isPresent();
    }

    void attach(ChannelId id) {
        attached = Optional.of(id);
        toPeer(new PeerActor.AttachChannel(id, ears.peer()));
    }

    void toPeer(PeerActor.Command command) {
        ports.peers().tell(new PeersActor.ToPeer(identity.peer(), command));
    }

    /** What the peer is to hear leaves together, and in order: what arrives together is decided and written together. */
    void run(List<ChannelEffect> effects) {
        var leaving = new ArrayList<LightningMessage>();
        for (ChannelEffect effect : effects) {
            if (effect instanceof ChannelEffect.Disconnect) say(leaving);
            run(effect, leaving);
        }
        say(leaving);
    }

    private void say(List<LightningMessage> leaving) {
        if (!leaving.isEmpty() && !isSilent() && !muted)
            line.ifPresent(line -> line.tell(new PeerConnectionActor.Send(leaving)));
        leaving.clear();
    }

    private void run(ChannelEffect effect, List<LightningMessage> leaving) {
        switch (effect) {
            case ChannelEffect.WatchConfirmed watch -> ports.chain()
                    .tell(new ChainWatcher.WatchConfirmed(
                            watch.txid(), watch.depth(), identity.since(),
                            ears.confirmed()));
            case ChannelEffect.WatchSpent watch -> ports.chain()
                    .tell(new ChainWatcher.WatchSpent(
                            watch.outPoint(), identity.since(),
                            ears.spent()));
            case ChannelEffect.AskUnspent ask -> ports.chain()
                    .tell(new ChainWatcher.AskUnspent(
                            ask.outPoint(), ears.unspent()));
            case ChannelEffect.BringHome home -> {
                ports.wallet().tell(new WalletActor.BringHome(identity.index(), heard(home.wants())));
            }
            case ChannelEffect.FundChannel fund -> ports.wallet()
                    .tell(new WalletActor.Fund(identity.index(),
                            List.of(new TxOutput(fund.amount(), fund.script())), fund.feerate(),
                            ears.funding()));
            case ChannelEffect.ReleaseFunding release -> ports.wallet().tell(new WalletActor.Release(release.tx()));
            case ChannelEffect.Publish publish -> {
                if (silent.isEmpty() || !spends(publish.tx(), silent.get())) publish(publish.tx());
            }
            case ChannelEffect.Send send -> leaving.add(send.message());
            case ChannelEffect.Disconnect hangUp -> toPeer(new PeerActor.Disconnect(hangUp.reason()));
            case ChannelEffect.ChannelCreated created -> {
                toPeer(new PeerActor.DetachChannel(created.temporaryId()));
                attach(created.channelId());
            }
            case ChannelEffect.WarnOperator warning ->
                actor.getLog().warn("channel {}: {}", warning.channelId(), warning.text());
            case ChannelEffect.ChannelClosed over -> {
                attached.ifPresent(id -> toPeer(new PeerActor.DetachChannel(id)));
                ports.wallet().tell(new WalletActor.BringHome(identity.index(), List.of()));
                tellOwner(effect);
            }
            case ChannelEffect.LimitQuiescence limit ->
                ears.quiet().accept(limit);
            case ChannelEffect.ChannelQuiescent told -> tellOwner(told);
            case ChannelEffect.HtlcReceived told -> tellOwner(told);
            case ChannelEffect.HtlcSettled told -> tellOwner(told);
            case ChannelEffect.ChannelUsable told -> tellOwner(told);
            case ChannelEffect.ChannelUnusable told -> tellOwner(told);
            case ChannelEffect.AnnounceChannel told -> tellOwner(told);
        }
    }

    private void tellOwner(ChannelEffect effect) {
        ports.listener().tell(new ChannelActor.Effected(identity.index(), effect));
    }

    /** Offers it to the mempool, again at each block until it is decided. */
    void publish(Tx tx) {
        ports.chain().tell(new ChainWatcher.Publish(tx, ears.published()));
    }
}
