package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.FailureMessage.*;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.outgoing.AttemptFailure.*;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.ChannelUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an attempt's failure says about its route. Every failure teaches something, so that the next route differs and
 * a payment comes to an end.
 *
 * @bolt 4, Receiving Failure Codes
 */
final class Lessons {
    private static final Bytes CHANNEL_UPDATE_TYPE = Bytes.fromHex("0102");

    private Lessons() {}

    /** @param known what the payment has learnt before */
    static List<Lesson> of(PaymentRoute route, AttemptFailure failure, List<Lesson> known) {
        return switch (failure) {
            case HopFailed said -> List.of(of(route, said.hop(), said.failure(), known));
            case PeerRejectedOnion rejected -> List.of(avoid(route.first()));
            case NotOffered refused -> List.of(avoid(route.first()));
            case TimedOutOnChain late -> List.of(avoid(route.first()));
            case Undecodable garbled -> afterGarbling(route);
        };
    }

    /** Anyone on the way may have done it: the channels beyond our own are avoided, or our own if there is no other. */
    private static List<Lesson> afterGarbling(PaymentRoute route) {
        List<PaymentRoute.Hop> hops = route.hops();
        List<Lesson> lessons = new ArrayList<>();
        for (PaymentRoute.Hop hop : hops.size() == 1 ? hops : hops.subList(1, hops.size())) lessons.add(avoid(hop));
        return lessons;
    }

    private static Lesson of(PaymentRoute route, int erring, FailureMessage failure, List<Lesson> known) {
        // The destination's own trouble, or its predecessor's tampering: that way there is not tried again.
        if (erring == route.hops().size() - 1) return avoid(route.last());
        PaymentRoute.Hop in = route.hops().get(erring);
        PaymentRoute.Hop out = route.hops().get(erring + 1);
        return switch (failure) {
            case AmountBelowMinimum f -> newTerms(out, f, known);
            case FeeInsufficient f -> newTerms(out, f, known);
            case IncorrectCltvExpiry f -> newTerms(out, f, known);
            case TemporaryChannelFailure f -> new Lesson.TooMuch(out.channel(), out.from(), out.amount());
            case ExpiryTooSoon f -> avoid(out);
            case ChannelDisabled f -> avoid(out);
            // Of a blinded path it is said whatever has happened: less may pass.
            case InvalidOnionBlinding f when !out.channel().isReal() ->
                new Lesson.TooMuch(out.channel(), out.from(), out.amount());
            case BadOnion f -> avoid(out);
            case PermanentChannelFailure f -> avoid(out);
            case RequiredChannelFeatureMissing f -> avoid(out);
            case UnknownNextPeer f -> avoid(out);
            case ExpiryTooFar f -> avoid(out);
            case TemporaryNodeFailure f -> new Lesson.AvoidNode(in.to());
            case PermanentNodeFailure f -> new Lesson.AvoidNode(in.to());
            case RequiredNodeFeatureMissing f -> new Lesson.AvoidNode(in.to());
            case InvalidOnionPayload f -> new Lesson.AvoidNode(in.to());
            // Only the destination may say these: a node on the way that does is not to be relied on.
            case IncorrectOrUnknownPaymentDetails f -> new Lesson.AvoidNode(in.to());
            case FinalIncorrectCltvExpiry f -> new Lesson.AvoidNode(in.to());
            case FinalIncorrectHtlcAmount f -> new Lesson.AvoidNode(in.to());
            case MppTimeout f -> new Lesson.AvoidNode(in.to());
            case Unrecognized f -> f.nodeWide() ? new Lesson.AvoidNode(in.to()) : avoid(out);
        };
    }

    /** New terms are believed once for a channel in a payment; when they do not help, the channel is avoided. */
    private static Lesson newTerms(PaymentRoute.Hop hop, ChannelPolicy failure, List<Lesson> known) {
        boolean toldBefore = known.stream()
                .anyMatch(lesson -> lesson instanceof Lesson.NewTerms terms && terms.channel().equals(hop.channel()));
        Optional<Bytes> update = toldBefore ? Optional.empty() : signedUpdate(hop, failure.channelUpdate());
        return update.<Lesson>map(bytes -> new Lesson.NewTerms(hop.channel(), hop.from(), hop.to(), bytes))
                .orElse(avoid(hop));
    }

    /** The update without its message type, when it opens this channel this way and is signed by the node that said it. */
    private static Optional<Bytes> signedUpdate(PaymentRoute.Hop hop, Bytes bytes) {
        // Nodes send it with the type of the message in front, and some without.
        boolean typed = bytes.size() > 2 && bytes.slice(0, 2).equals(CHANNEL_UPDATE_TYPE);
        Bytes message = typed ? bytes.slice(2, bytes.size()) : bytes;
        try {
            ChannelUpdate update = ChannelUpdate.CODEC.fromBytes(message);
            boolean leadsThere = update.shortChannelId().equals(hop.channel()) && !update.isDisabled()
                    && update.isFromNode1() == (hop.from().compareTo(hop.to()) < 0);
            boolean isSigned = leadsThere && Curve.verify(Hashes.sha256Twice(update.signedBytes()),
                    update.signature(), hop.from().key());
            return isSigned ? Optional.of(message) : Optional.empty();
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private static Lesson avoid(PaymentRoute.Hop hop) {
        return new Lesson.AvoidChannel(hop.channel(), hop.from());
    }
}
