package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.PaymentData;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.Decision;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.incoming.IncomingCommand.*;
import fulgurite.protocol.payment.incoming.IncomingEvent.*;
import fulgurite.protocol.payment.incoming.IncomingState.*;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A payment to us, identified by its hash: of an invoice, in one part or in several, or spontaneous.
 *
 * <p>A part whose total is not there yet is held. When the total is there all parts are fulfilled together; when it is
 * not within the time, all are failed together. What is wrong with an HTLC is told to nobody: hash, secret, amount and
 * expiry all get the same answer. An invoice is paid over the blinded paths that were made for it, or it has none and is
 * paid by its secret: never the one in place of the other.
 *
 * @bolt 4, Basic Multi-Part Payments; Failure Messages
 */
public final class IncomingPayment {
    /** How long the first part waits for the others. @bolt 4, Basic Multi-Part Payments */
    public static final long SET_TIMEOUT_SECONDS = 60;

    private IncomingPayment() {}

    public static IncomingState initial() {
        return new Unknown();
    }

    public static Decision<IncomingEvent, IncomingEffect> decide(
            IncomingContext context,
            IncomingState state,
            IncomingCommand command) {
        return switch (command) {
            case CreateInvoice create -> create(state, new InvoiceCreated(create.invoice()), create.invoice());
            case CreateBlindedInvoice create -> create(state,
                    new BlindedInvoiceCreated(create.invoice(), create.paths()), create.invoice());
            case ReceiveHtlc receive -> receive(context, state, receive.arrival());
            case Wake wake -> wake(context, state);
        };
    }

    public static IncomingState evolve(IncomingState state, IncomingEvent event) {
        return switch (event) {
            case InvoiceCreated created -> new Open(created.invoice(), Optional.empty(), List.of());
            case BlindedInvoiceCreated created ->
                new Open(created.invoice(), Optional.of(created.paths()), List.of());
            case HtlcHeld held -> {
                Open open = open(state);
                var all = new ArrayList<>(open.held());
                all.add(held.htlc());
                yield open.holding(all);
            }
            case HtlcsReleased released -> {
                Open open = open(state);
                yield open.holding(
                        open.held().stream().filter(htlc -> !released.htlcs().contains(htlc.key())).toList());
            }
            case PaymentReceived received -> new Paid(received.paymentHash(), invoiceOf(state), received.preimage(),
                    received.htlcs(), received.amount(), received.at());
        };
    }

    /**
     * A set that waits must be woken. The answer to an HTLC is not here: its channel reports the HTLC until it has one.
     */
    public static List<IncomingEffect> resume(IncomingState state) {
        return switch (state) {
            case Open open when !open.held().isEmpty() -> List.of(wakeAt(open));
            case Open open -> List.of();
            case Unknown unknown -> List.of();
            case Paid paid -> List.of();
        };
    }

    private static Decision<IncomingEvent, IncomingEffect> create(IncomingState state, IncomingEvent event,
            Invoice invoice) {
        if (!(state instanceof Unknown)) return Decision.refuse(new Refusal.HashTaken(invoice.paymentHash()));
        if (!PaymentTerms.hashOf(invoice.preimage()).equals(invoice.paymentHash()))
            return Decision.refuse(new Refusal.WrongPreimage(invoice.paymentHash()));
        return Decision.accept(List.of(event), List.of());
    }

    private static Decision<IncomingEvent, IncomingEffect> receive(
            IncomingContext context,
            IncomingState state,
            Arrival.ForUs arrival) {
        return switch (state) {
            case Unknown unknown -> spontaneous(context, arrival);
            case Open open -> invoiced(context, open, arrival);
            case Paid paid -> paid.htlcs().contains(arrival.htlc().key())
                    ? Decision.accept(List.of(), List.of(fulfil(arrival.htlc().key(), paid.preimage())))
                    : fail(arrival, unknownDetails(context, arrival));
        };
    }

    private static Decision<IncomingEvent, IncomingEffect> spontaneous(IncomingContext context, Arrival.ForUs arrival) {
        IncomingHtlc htlc = arrival.htlc();
        Optional<PaymentPreimage> preimage = brought(arrival.payload())
                .filter(sent -> context.acceptSpontaneous())
                .filter(sent -> PaymentTerms.hashOf(sent).equals(htlc.paymentHash()))
                .filter(sent -> arrival.payload().total().equals(arrival.payload().amount()))
                .filter(sent -> htlc.expiry().blocksFrom(context.height()) >= context.minSpontaneousDelta().blocks());
        if (preimage.isEmpty()) return fail(arrival, unknownDetails(context, arrival));
        Optional<FailureMessage> tampered = tampered(arrival);
        if (tampered.isPresent()) return fail(arrival, tampered.get());
        return complete(context, htlc.paymentHash(), preimage.get(), List.of(htlc.key()), htlc.amount());
    }

    private static Optional<PaymentPreimage> brought(Arrival.Payload payload) {
        return switch (payload) {
            case Arrival.Plain plain -> plain.payload().spontaneousPreimage();
            case Arrival.OverBlindedPath blinded -> Optional.empty();
        };
    }

    private static Decision<IncomingEvent, IncomingEffect> invoiced(
            IncomingContext context,
            Open open,
            Arrival.ForUs arrival) {
        IncomingHtlc htlc = arrival.htlc();
        if (open.held().stream().anyMatch(held -> held.key().equals(htlc.key())))
            return Decision.accept(List.of(), List.of());
        if (!isExpected(context, open, arrival)) return fail(arrival, unknownDetails(context, arrival));
        Optional<FailureMessage> tampered = tampered(arrival);
        if (tampered.isPresent()) return fail(arrival, tampered.get());
        Arrival.Payload payload = arrival.payload();
        var held = new HeldHtlc(htlc.key(), htlc.amount(), payload.amount(), payload.total(), arrival.secret(),
                context.now());
        return join(context, open, held);
    }

    private static Decision<IncomingEvent, IncomingEffect> join(IncomingContext context, Open open, HeldHtlc part) {
        // Parts that have waited too long, we may have been away, are about to be failed: nothing is completed with them.
        if (!open.held().isEmpty() && !deadline(open).isAfter(context.now()))
            return Decision.accept(List.of(), List.of(fail(part, new FailureMessage.MppTimeout()), wakeAt(open)));
        PaymentHash hash = open.invoice().paymentHash();
        var set = new ArrayList<>(open.held());
        set.add(part);
        if (set.stream().anyMatch(held -> !held.total().equals(part.total()))) return disagreement(context, open, part);
        MilliSatoshi promised = set.stream().map(HeldHtlc::promised).reduce(MilliSatoshi.ZERO, MilliSatoshi::plus);
        if (promised.atLeast(part.total())) {
            MilliSatoshi amount = set.stream().map(HeldHtlc::amount).reduce(MilliSatoshi.ZERO, MilliSatoshi::plus);
            List<HtlcKey> keys = set.stream().map(HeldHtlc::key).toList();
            return complete(context, hash, open.invoice().preimage(), keys, amount);
        }
        List<IncomingEffect> effects = open.held().isEmpty()
                ? List.of(wakeAt(open.holding(set)))
                : List.of();
        return Decision.accept(List.of(new HtlcHeld(hash, part)), effects);
    }

    /** Parts that promise unlike totals are no set: all of them are failed. */
    private static Decision<IncomingEvent, IncomingEffect> disagreement(
            IncomingContext context,
            Open open,
            HeldHtlc part) {
        List<IncomingEffect> effects = new ArrayList<>();
        for (HeldHtlc held : open.held()) effects.add(fail(held, unknownDetails(context, held.amount())));
        effects.add(fail(part, unknownDetails(context, part.amount())));
        return Decision.accept(List.of(released(open)), effects);
    }

    private static Decision<IncomingEvent, IncomingEffect> wake(IncomingContext context, IncomingState state) {
        if (!(state instanceof Open open) || open.held().isEmpty()) return Decision.accept(List.of(), List.of());
        if (deadline(open).isAfter(context.now())) return Decision.accept(List.of(), List.of(wakeAt(open)));
        return Decision.accept(List.of(released(open)),
                open.held().stream().map(held -> fail(held, new FailureMessage.MppTimeout())).toList());
    }

    private static Decision<IncomingEvent, IncomingEffect> complete(
            IncomingContext context,
            PaymentHash hash,
            PaymentPreimage preimage,
            List<HtlcKey> htlcs,
            MilliSatoshi amount) {
        List<IncomingEffect> effects = new ArrayList<>();
        for (HtlcKey htlc : htlcs) effects.add(fulfil(htlc, preimage));
        effects.add(new IncomingEffect.ReportReceived(hash, amount));
        return Decision.accept(List.of(new PaymentReceived(hash, preimage, htlcs, amount, context.now())), effects);
    }

    /** Everything that is answered by incorrect_or_unknown_payment_details when it is not so. */
    private static boolean isExpected(IncomingContext context, Open open, Arrival.ForUs arrival) {
        Invoice invoice = open.invoice();
        MilliSatoshi total = arrival.payload().total();
        boolean amountIsRight = invoice.amount()
                .map(asked -> total.atLeast(asked) && asked.times(2).atLeast(total))
                .orElse(true);
        boolean inTime = arrival.htlc().expiry().blocksFrom(context.height()) >= invoice.minFinalDelta().blocks();
        return isOfInvoice(open, arrival.payload()) && amountIsRight && inTime
                && !invoice.isExpiredAt(context.now());
    }

    /**
     * By the way that the invoice gave: its own blinded paths, which only we could make with the secret in them, or by
     * the payer's word of the secret.
     */
    private static boolean isOfInvoice(Open open, Arrival.Payload payload) {
        Invoice invoice = open.invoice();
        return switch (payload) {
            case Arrival.OverBlindedPath(var amount, var expiry, var total, Optional<Bytes> pathId) ->
                open.blindedPaths().isPresent() && pathId
                        .filter(id -> id.equalsInConstantTime(invoice.secret().bytes()))
                        .isPresent();
            case Arrival.Plain(HopPayload.Final last) -> open.blindedPaths().isEmpty()
                    && last.paymentData()
                            .map(PaymentData::secret)
                            .filter(secret -> secret.bytes().equalsInConstantTime(invoice.secret().bytes()))
                            .isPresent()
                    && (invoice.metadata().isEmpty() || last.metadata().equals(invoice.metadata()));
        };
    }

    /** The node before us took more, or left less time, than the payer said. */
    private static Optional<FailureMessage> tampered(Arrival.ForUs arrival) {
        IncomingHtlc htlc = arrival.htlc();
        if (htlc.expiry().compareTo(arrival.payload().expiry()) < 0)
            return Optional.of(new FailureMessage.FinalIncorrectCltvExpiry(htlc.expiry()));
        if (htlc.amount().lessThan(arrival.payload().amount()))
            return Optional.of(new FailureMessage.FinalIncorrectHtlcAmount(htlc.amount()));
        return Optional.empty();
    }

    private static FailureMessage unknownDetails(IncomingContext context, Arrival.ForUs arrival) {
        return unknownDetails(context, arrival.htlc().amount());
    }

    private static FailureMessage unknownDetails(IncomingContext context, MilliSatoshi amount) {
        return new FailureMessage.IncorrectOrUnknownPaymentDetails(amount, context.height());
    }

    private static Decision<IncomingEvent, IncomingEffect> fail(Arrival.ForUs arrival, FailureMessage failure) {
        return Decision.accept(List.of(), List.of(
                new IncomingEffect.Answer(HtlcAnswer.fail(arrival.htlc().key(), arrival.secret(), failure))));
    }

    private static IncomingEffect fail(HeldHtlc htlc, FailureMessage failure) {
        return new IncomingEffect.Answer(HtlcAnswer.fail(htlc.key(), htlc.secret(), failure));
    }

    private static IncomingEffect fulfil(HtlcKey htlc, PaymentPreimage preimage) {
        return new IncomingEffect.Answer(new HtlcAnswer.Fulfil(htlc, preimage));
    }

    private static IncomingEvent released(Open open) {
        return new HtlcsReleased(open.invoice().paymentHash(), open.held().stream().map(HeldHtlc::key).toList());
    }

    private static IncomingEffect wakeAt(Open open) {
        return new IncomingEffect.WakeAt(open.invoice().paymentHash(), deadline(open));
    }

    private static Timestamp deadline(Open open) {
        return open.held().getFirst().since().plusSeconds(SET_TIMEOUT_SECONDS);
    }

    private static Open open(IncomingState state) {
        if (state instanceof Open open) return open;
        throw new IllegalStateException("a payment that is not open has no such event: " + state.getClass());
    }

    private static Optional<Invoice> invoiceOf(IncomingState state) {
        return state instanceof Open open ? Optional.of(open.invoice()) : Optional.empty();
    }
}
