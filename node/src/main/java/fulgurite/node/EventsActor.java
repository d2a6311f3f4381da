package fulgurite.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.api.NodeService;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.payment.PaymentBook;
import fulgurite.node.payment.PaymentEvent;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.payment.incoming.IncomingEvent;
import fulgurite.protocol.payment.incoming.IncomingState;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Tells one listener what happens in a node, in the words of its service, until it is stopped. */
final class EventsActor {
    /** What it hears, and its end. */
    sealed interface Command {}

    /** Nobody listens any more. */
    record Stop() implements Command {}

    private record OfNode(NodeActor.News news) implements Command {}

    private record OfPayments(PaymentsActor.Recorded recorded) implements Command {}

    private final ChannelLimits limits;
    private final Consumer<NodeService.Event> listener;
    /** What was told of each channel last. */
    private final SortedMap<Long, NodeService.Channel> told = new TreeMap<>();

    private EventsActor(ChannelLimits limits, Consumer<NodeService.Event> listener) {
        this.limits = limits;
        this.listener = listener;
    }

    static Behavior<Command> create(NodeActor.Running node, ChannelLimits limits,
            Consumer<NodeService.Event> listener) {
        return Behaviors.setup(context -> {
            var events = new EventsActor(limits, listener);
            node.node().tell(new NodeActor.Subscribe(context.messageAdapter(NodeActor.News.class, OfNode::new)));
            node.payments()
                    .tell(new PaymentsActor.Subscribe(
                            context.messageAdapter(PaymentsActor.Recorded.class, OfPayments::new)));
            return Behaviors.receiveMessage(events::on);
        });
    }

    private Behavior<Command> on(Command command) {
        switch (command) {
            case Stop stop -> {
                return Behaviors.stopped();
            }
            case OfNode(NodeActor.News news) -> told(news).ifPresent(listener);
            case OfPayments(PaymentsActor.Recorded recorded) -> recorded.events()
                    .forEach(
                            event -> told(event, recorded.book()).ifPresent(listener));
        }
        return Behaviors.same();
    }

    private Optional<NodeService.Event> told(NodeActor.News news) {
        return switch (news) {
            case NodeActor.News.PeerUp(var peer) -> Optional.of(
                    new NodeService.PeerEvent(peer, true, Optional.empty()));
            case NodeActor.News.PeerDown(var peer, String reason) -> Optional.of(
                    new NodeService.PeerEvent(peer, false, Optional.of(reason)));
            case NodeActor.News.Block(var height) -> Optional.of(new NodeService.BlockEvent(height));
            case NodeActor.News.Channel(LiveChannel channel) -> changed(channel);
        };
    }

    /** A channel changes many times in one payment; only what its owner sees is told. */
    private Optional<NodeService.Event> changed(LiveChannel channel) {
        Optional<NodeService.Channel> now = ChannelViews.of(channel, limits);
        NodeService.Channel before = now.isPresent()
                ? told.put(channel.index(), now.get())
                : told.remove(channel.index());
        if (now.isEmpty())
            return Optional.ofNullable(before).map(last -> new NodeService.ChannelEvent(closed(last)));
        if (before != null && isSame(before, now.get())) return Optional.empty();
        return Optional.of(new NodeService.ChannelEvent(now.get()));
    }

    private static boolean isSame(NodeService.Channel a, NodeService.Channel b) {
        return a.state().equals(b.state()) && a.connected() == b.connected() && a.announced() == b.announced()
                && a.shortChannelId().equals(b.shortChannelId()) && a.ours().equals(b.ours())
                && a.theirs().equals(b.theirs());
    }

    private static NodeService.Channel closed(NodeService.Channel last) {
        return new NodeService.Channel(last.channelId(), last.peer(), "closed", last.shortChannelId(), last.funding(),
                last.capacity(), last.ours(), last.theirs(), MilliSatoshi.ZERO,
                MilliSatoshi.ZERO, last.weOpened(), false, last.announced(), 0, 0,
                last.commitmentNumber());
    }

    private static Optional<NodeService.Event> told(PaymentEvent event, PaymentBook book) {
        return switch (event) {
            case PaymentEvent.OutgoingChanged(OutgoingEvent.AttemptStarted e) -> Optional.empty();
            case PaymentEvent.OutgoingChanged(OutgoingEvent.AttemptFailed e) -> Optional.empty();
            case PaymentEvent.OutgoingChanged(OutgoingEvent.PaymentStarted e) -> Optional.of(
                    new NodeService.PaymentEvent(e.paymentHash(), true, e.terms().amount(), MilliSatoshi.ZERO,
                            NodeService.PaymentState.PENDING, Optional.empty(), Optional.empty()));
            case PaymentEvent.OutgoingChanged(OutgoingEvent e) -> Optional.of(outgoing(e.paymentHash(), book));
            case PaymentEvent.IncomingChanged(IncomingEvent.PaymentReceived e) -> book.incoming()
                    .get(e.paymentHash())
                    .filter(IncomingState.Paid.class::isInstance)
                    .map(IncomingState.Paid.class::cast)
                    .map(paid -> of(PaymentViews.incoming(paid)));
            case PaymentEvent.IncomingChanged(IncomingEvent e) -> Optional.empty();
        };
    }

    private static NodeService.Event outgoing(PaymentHash hash, PaymentBook book) {
        return of(PaymentViews.outgoing(hash, book.outgoing().get(hash).orElseThrow()));
    }

    private static NodeService.Event of(NodeService.Payment payment) {
        return new NodeService.PaymentEvent(payment.paymentHash(), payment.outgoing(), payment.amount(), payment.fee(),
                payment.state(), payment.failure(),
                payment.completedAt().map(end -> Duration.between(payment.createdAt(), end).toMillis()));
    }
}
