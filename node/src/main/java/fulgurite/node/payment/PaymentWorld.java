package fulgurite.node.payment;

import fulgurite.node.payment.PaymentsActor.RouteAnswer;
import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.search.Candidate;
import fulgurite.protocol.graph.search.Candidates;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.payment.incoming.IncomingContext;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.payment.outgoing.OutgoingContext;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.RouteQuery;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Timestamp;
import java.util.List;
import java.util.stream.Stream;

/**
 * What payments depend on beside their own states: the height, the network, our channels, and what attempts have taught.
 * A crash takes it, and it is told again. Not for sharing between threads.
 */
final class PaymentWorld implements PaymentBatch.World {
    private static final CltvDelta MIN_SPONTANEOUS_DELTA = new CltvDelta(20);

    private final PaymentsActor.Setting setting;
    private final LocalChannels channels;
    private final Experience experience;
    private final Stories stories = new Stories();
    private Network network = Network.EMPTY;
    private BlockHeight height;

    PaymentWorld(PaymentsActor.Setting setting, LocalChannels channels, BlockHeight height) {
        this.setting = setting;
        this.channels = channels;
        this.height = height;
        this.experience = new Experience(setting.finder()::shared);
    }

    void reached(BlockHeight next) {
        height = next;
    }

    void changed(Network next) {
        network = next;
        experience.network(next);
    }

    /** What payments that were on their way before a start have taught. */
    void resumed(PaymentBook book) {
        for (var entry : book.outgoing()) experience.resumed(entry.value().state());
    }

    Timestamp now() {
        return new Timestamp(setting.clock().millis());
    }

    /** The route that such a payment would try first, or why there is none. @param others who would do as well */
    RouteAnswer answer(RouteQuery query, List<NodeId> others) {
        RouteRequest asked = request(query);
        RouteRequest request = asked.toward(Stream.concat(asked.destinations().stream(), others.stream()).toList());
        View view = experience.view(now());
        RouteResult result = setting.finder().find(view, request);
        if (!(result instanceof RouteResult.NoRoute none)) return new RouteAnswer(result, "");
        List<Candidate> refused = Candidates.of(setting.finder(), view, request);
        return new RouteAnswer(result, Routes.why(none.reason()) + Routes.candidates(refused));
    }

    PaymentStory explain(PaymentBook book, PaymentHash hash) {
        return stories.of(hash, setting.finder(), book.outgoingState(hash));
    }

    /** Blinded paths to this node, for an invoice. @param before how many nodes each should have before this one */
    List<PaymentPath> pathsToUs(Invoice invoice, int before) {
        return BlindedWays.toUs(setting.nodeId(), channels, network.table(), height, invoice, before,
                setting.entropy());
    }

    /** Which of these blinded paths can be paid along. */
    List<PaymentPath> usable(List<PaymentPath> paths) {
        return BlindedWays.usable(paths, setting.nodeId(), setting.nodeKey(), channels, network.table());
    }

    private RouteRequest request(RouteQuery query) {
        return query.toRequest(new RouteRequest.OwnNode(setting.nodeId(), channels.usable()), height);
    }

    @Override
    public BlockHeight height() {
        return height;
    }

    @Override
    public OutgoingContext outgoing() {
        return new OutgoingContext(height, now(), Keys.fresh(setting.entropy()));
    }

    @Override
    public IncomingContext incoming() {
        return new IncomingContext(height, now(), true, MIN_SPONTANEOUS_DELTA);
    }

    @Override
    public PathFinder.Split routes(PaymentHash hash, RouteQuery query) {
        RouteRequest request = request(query);
        View view = experience.view(now());
        PathFinder.Split split = setting.finder().split(view, request, query.maxParts());
        stories.asked(hash, view, request, split, now());
        return split;
    }

    @Override
    public void heard(OutgoingState before, OutgoingEvent event) {
        experience.heard(before, event, now());
        stories.heard(event, now());
    }
}
