package fulgurite.node.payment;

import akka.actor.typed.ActorRef;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.ChannelNews;
import fulgurite.node.channel.RefusalText;
import fulgurite.node.payment.PaymentsActor.AddInvoice;
import fulgurite.node.payment.PaymentsActor.Added;
import fulgurite.node.payment.PaymentsActor.PayResult;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.payment.incoming.IncomingCommand;
import fulgurite.protocol.payment.outgoing.OutgoingCommand;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.PaymentHash;
import java.util.Optional;

/** A command about one payment, and who waits for what. */
sealed interface PaymentTask {
    record Outgoing(PaymentHash hash, OutgoingCommand command, Optional<ActorRef<PayResult>> replyTo,
            Optional<Acknowledge> acknowledge) implements PaymentTask {
        Outgoing(PaymentHash hash, OutgoingCommand command) {
            this(hash, command, Optional.empty(), Optional.empty());
        }
    }

    record Incoming(PaymentHash hash, IncomingCommand command, Optional<AddInvoice> request) implements PaymentTask {
        Incoming(PaymentHash hash, IncomingCommand command) {
            this(hash, command, Optional.empty());
        }
    }

    /** What a channel keeps until it is told that its result is durable here. */
    record Acknowledge(ActorRef<ChannelActor.Command> channel, long htlcId) {
        void send() {
            channel.tell(new ChannelActor.Tell(new ChannelCommand.AcknowledgeSettlement(htlcId)));
        }
    }

    static PaymentTask start(PaymentTerms terms, ActorRef<PayResult> replyTo) {
        return new Outgoing(terms.paymentHash(), new OutgoingCommand.Start(terms), Optional.of(replyTo),
                Optional.empty());
    }

    static PaymentTask of(AddInvoice request) {
        IncomingCommand command = request.blindedPaths()
                .<IncomingCommand>map(paths -> new IncomingCommand.CreateBlindedInvoice(request.invoice(), paths))
                .orElseGet(() -> new IncomingCommand.CreateInvoice(request.invoice()));
        return new Incoming(request.invoice().paymentHash(), command, Optional.of(request));
    }

    /** Of an answer to an offer only a refusal is news: an HTLC that was taken, now or before, will have a result. */
    static Optional<PaymentTask> offered(ChannelActor.Outcome outcome) {
        if (!(outcome.decision() instanceof Decision.Refused(Refusal refusal))
                || refusal instanceof Refusal.AlreadyOffered
                || !(outcome.command() instanceof ChannelCommand.OfferHtlc offer)
                || !(offer.origin() instanceof HtlcOrigin.Local origin))
            return Optional.empty();
        return Optional.of(new Outgoing(offer.paymentHash(),
                new OutgoingCommand.HtlcNotOffered(origin.attempt(), RefusalText.of(refusal))));
    }

    static PaymentTask settled(ChannelNews.HtlcSettled news, HtlcOrigin.Local origin) {
        int attempt = origin.attempt();
        OutgoingCommand command = switch (news.settled().result()) {
            case HtlcResult.Fulfilled fulfilled -> new OutgoingCommand.HtlcFulfilled(attempt, fulfilled.preimage());
            case HtlcResult.Failed failed -> new OutgoingCommand.HtlcFailed(attempt, failed.reason());
            case HtlcResult.FailedMalformed bad ->
                new OutgoingCommand.HtlcFailedMalformed(attempt, bad.code(), bad.sha256OfOnion());
            case HtlcResult.TimedOutOnChain late -> new OutgoingCommand.HtlcTimedOutOnChain(attempt);
        };
        return new Outgoing(new PaymentHash(origin.paymentId().bytes()), command, Optional.empty(),
                Optional.of(new Acknowledge(news.channel().actor(), news.settled().htlcId())));
    }

    /** Of a task that was not written: whoever asked for a payment waits already. */
    static PaymentTask again(PaymentTask task) {
        return switch (task) {
            case Outgoing outgoing ->
                new Outgoing(outgoing.hash(), outgoing.command(), Optional.empty(), outgoing.acknowledge());
            case Incoming incoming -> incoming;
        };
    }

    /** The invoice is durable. */
    static void answer(AddInvoice request) {
        request.replyTo().tell(new Added(request.invoice(), request.blindedPaths()));
    }
}
