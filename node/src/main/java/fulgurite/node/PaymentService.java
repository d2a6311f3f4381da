package fulgurite.node;

import fulgurite.node.api.NodeService.BlindedInvoice;
import fulgurite.node.api.NodeService.Invoice;
import fulgurite.node.api.NodeService.Payment;
import fulgurite.node.api.NodeService.Reason;
import fulgurite.node.api.NodeService.Route;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.node.api.NodeService.StoryLine;
import fulgurite.node.payment.PaymentBook;
import fulgurite.node.payment.PaymentStory;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.invoice.Bolt11Invoice;
import fulgurite.protocol.invoice.InvoiceDescription;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.payment.outgoing.RouteQuery;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a node does with payments for its user: invoices, payments, routes. */
final class PaymentService {
    /** A few blocks more than the channel needs to go on chain in time with the preimage. @bolt 2, cltv_expiry_delta Selection */
    private static final CltvDelta FINAL_DELTA = new CltvDelta(24);
    private static final Duration PAYING = Duration.ofSeconds(90);
    private static final long PAYMENT_DEADLINE_SECONDS = 60;
    private static final int MAX_ATTEMPTS = 20;

    private final Asking asking;
    private final NodeSettings settings;
    private final NodeKeys keys;
    private final NodeActor.World world;
    private final NodeActor.Running node;

    PaymentService(Asking asking, NodeSettings settings, NodeKeys keys, NodeActor.World world,
            NodeActor.Running node) {
        this.asking = asking;
        this.settings = settings;
        this.keys = keys;
        this.world = world;
        this.node = node;
    }

    CompletionStage<Invoice> invoice(Optional<MilliSatoshi> amount, String description, Duration expiry) {
        Bolt11Invoice request;
        fulgurite.protocol.payment.incoming.Invoice invoice;
        try {
            var preimage = new PaymentPreimage(world.entropy().next().bytes());
            request = Bolt11Invoice.of(settings.network(), amount, now(), node.nodeId(), PaymentTerms.hashOf(preimage),
                    new PaymentSecret(world.entropy().next().bytes()), new InvoiceDescription.Plain(description))
                    .withMinFinalCltvExpiryDelta(FINAL_DELTA)
                    .withExpirySeconds(expiry.toSeconds())
                    .takingParts();
            invoice = fulgurite.protocol.payment.incoming.Invoice.issue(request, preimage, description,
                    keys.nodeKey());
        } catch (IllegalArgumentException e) {
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, e.getMessage()));
        }
        return asking.<PaymentsActor.Command, PaymentsActor.Added>ask(node.payments(),
                replyTo -> new PaymentsActor.AddInvoice(invoice, replyTo), Asking.SOON)
                .thenApply(added -> PaymentViews.invoice(added.invoice()));
    }

    CompletionStage<BlindedInvoice> blindedInvoice(Optional<MilliSatoshi> amount, String description, Duration expiry,
            int before) {
        var invoice = fulgurite.protocol.payment.incoming.Invoice.blinded(
                new PaymentPreimage(world.entropy().next().bytes()), new PaymentSecret(world.entropy().next().bytes()),
                amount, description, FINAL_DELTA, now(), now().plusSeconds(expiry.toSeconds()));
        return asking.<PaymentsActor.Command, PaymentsActor.AddedBlinded>ask(node.payments(),
                replyTo -> new PaymentsActor.AddBlindedInvoice(invoice, before, replyTo), Asking.SOON)
                .thenApply(answer -> switch (answer) {
                    case PaymentsActor.Added(var added, Optional<Bytes> paths) ->
                        PaymentViews.blinded(added, paths.orElseThrow());
                    case PaymentsActor.NoPaths none -> throw Asking.refuse(Reason.WRONG_STATE,
                            "no blinded path leads here: it takes a channel in which the peer has money, whose peer is"
                                    + " connected, knows route blinding and has told its fees");
                });
    }

    CompletionStage<Payment> payBlinded(PaymentHash hash, MilliSatoshi amount, Bytes paths) {
        try {
            List<PaymentPath> decoded = PaymentPath.decode(paths);
            MilliSatoshi paid = positive(amount);
            return paid(asking.<PaymentsActor.Command, PaymentsActor.PayResult>ask(node.payments(),
                    replyTo -> new PaymentsActor.PayBlinded(hash, paid, decoded, limits(paid), replyTo), PAYING));
        } catch (MalformedException e) {
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST,
                    "'blinded_paths' must be what blindedinvoice answered, whole; these are"
                            + " not blinded paths: " + e.getMessage()));
        } catch (ServiceException e) {
            return Asking.failed(e);
        }
    }

    private Timestamp now() {
        return new Timestamp(world.clock().millis());
    }

    CompletionStage<Payment> pay(String bolt11, Optional<MilliSatoshi> amount) {
        try {
            Bolt11Invoice invoice = Bolt11Invoice.decode(bolt11);
            if (invoice.network() != settings.network())
                throw Asking.refuse(Reason.BAD_REQUEST,
                        "the invoice is for " + invoice.network() + ", and this node is on "
                                + settings.network());
            if (invoice.isExpiredAt(now()))
                throw Asking.refuse(Reason.BAD_REQUEST, "the invoice has expired: ask the payee for a new one");
            if (invoice.payee().equals(node.nodeId()))
                throw Asking.refuse(Reason.BAD_REQUEST, "the invoice is this node's own");
            if (invoice.amount().isPresent() && amount.isPresent() && !invoice.amount().equals(amount))
                throw Asking.refuse(Reason.BAD_REQUEST, "the invoice asks for " + invoice.amount().get()
                        + ": leave the amount out");
            MilliSatoshi paid = invoice.amount()
                    .or(() -> amount)
                    .orElseThrow(() -> Asking.refuse(Reason.BAD_REQUEST,
                            "the invoice leaves the amount to the payer: give one"));
            return pay(PaymentTerms.ofInvoice(invoice, positive(paid), limits(paid)));
        } catch (MalformedException e) {
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, "not a BOLT 11 invoice: " + e.getMessage()));
        } catch (ServiceException e) {
            return Asking.failed(e);
        }
    }

    private static MilliSatoshi positive(MilliSatoshi amount) {
        if (amount.msat() <= 0) throw Asking.refuse(Reason.BAD_REQUEST, "an amount must be above zero, got " + amount);
        return amount;
    }

    private PaymentTerms.Limits limits(MilliSatoshi amount) {
        return new PaymentTerms.Limits(RouteRequest.Limits.usual(amount).maxFee(),
                now().plusSeconds(PAYMENT_DEADLINE_SECONDS), MAX_ATTEMPTS);
    }

    CompletionStage<Payment> send(NodeId destination, MilliSatoshi amount) {
        try {
            if (destination.equals(node.nodeId())) throw Asking.refuse(Reason.BAD_REQUEST, "that is this node itself");
            var preimage = new PaymentPreimage(world.entropy().next().bytes());
            return pay(PaymentTerms.spontaneous(destination, positive(amount), preimage, limits(amount)));
        } catch (ServiceException e) {
            return Asking.failed(e);
        }
    }

    private CompletionStage<Payment> pay(PaymentTerms terms) {
        return paid(asking.<PaymentsActor.Command, PaymentsActor.PayResult>ask(node.payments(),
                replyTo -> new PaymentsActor.Pay(terms, replyTo), PAYING));
    }

    private static CompletionStage<Payment> paid(CompletionStage<PaymentsActor.PayResult> asked) {
        return asked.thenApply(result -> switch (result) {
            case PaymentsActor.Ended(PaymentHash hash, PaymentBook.Outgoing payment) -> PaymentViews.outgoing(hash,
                    payment);
            case PaymentsActor.NotBegun(PaymentHash hash, Refusal refusal) ->
                throw Asking.refuse(Reason.WRONG_STATE, why(refusal));
        });
    }

    private static String why(Refusal refusal) {
        return switch (refusal) {
            case Refusal.AlreadyPending r -> "this invoice is being paid already: look at 'payments'";
            case Refusal.AlreadySucceeded r -> "this invoice has been paid already";
            case Refusal.NoUsablePath r -> "none of these blinded paths can be used by this node";
            case Refusal.WrongPreimage r -> "the preimage does not fit";
            case Refusal.SenselessTerms r -> "amount and limits must be above zero";
            case Refusal.NoRouteWanted r -> "no route is wanted";
            case Refusal.NotInFlight r -> "no such attempt is on its way";
            case Refusal.HashTaken r -> "an invoice with this hash exists";
        };
    }

    CompletionStage<List<Payment>> payments() {
        return asking.<PaymentsActor.Command, PaymentBook>ask(node.payments(), PaymentsActor.GetPayments::new,
                Asking.SOON)
                .thenApply(PaymentViews::all);
    }

    CompletionStage<Route> route(List<NodeId> destinations, MilliSatoshi amount) {
        if (amount.msat() <= 0)
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, "an amount must be above zero, got " + amount));
        if (destinations.isEmpty()) return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, "name a destination"));
        var query = new RouteQuery(destinations.getFirst(), amount, RouteRequest.Limits.usual(amount).maxFee(),
                PaymentTerms.SPONTANEOUS_FINAL_DELTA, List.of(), List.of());
        return asking.height()
                .thenCombine(
                        asking.<PaymentsActor.Command, PaymentsActor.RouteAnswer>ask(node.payments(),
                                replyTo -> new PaymentsActor.FindRoute(query,
                                        destinations.subList(1, destinations.size()), replyTo),
                                Asking.SOON),
                        (height, answer) -> switch (answer.result()) {
                            case RouteResult.Found found -> PaymentViews.route(found.route(), height);
                            case RouteResult.NoRoute none ->
                                throw Asking.refuse(Reason.NO_ROUTE, "no route: " + answer.why());
                        });
    }

    CompletionStage<List<StoryLine>> explain(PaymentHash paymentHash) {
        return asking.<PaymentsActor.Command, PaymentStory>ask(node.payments(),
                replyTo -> new PaymentsActor.Explain(paymentHash, replyTo), Asking.SOON)
                .thenApply(story -> PaymentViews.story(story)
                        .orElseThrow(() -> Asking.refuse(Reason.NOT_FOUND,
                                "this node makes no payment of that hash: look at 'payments'")));
    }
}
