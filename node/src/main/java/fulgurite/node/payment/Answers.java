package fulgurite.node.payment;

import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.HtlcAnswer;

/** The answer to an incoming HTLC, in its channel's words. */
final class Answers {
    private Answers() {}

    static ChannelCommand command(HtlcAnswer answer) {
        long id = answer.htlc().htlcId();
        return switch (answer) {
            case HtlcAnswer.Fulfil fulfil -> new ChannelCommand.FulfilHtlc(id, fulfil.preimage());
            case HtlcAnswer.Fail fail -> new ChannelCommand.FailHtlc(id, fail.reason());
            case HtlcAnswer.FailMalformed malformed -> {
                FailureMessage.BadOnion failure = malformed.failure();
                yield new ChannelCommand.FailMalformedHtlc(id, failure.sha256OfOnion(), failure.code());
            }
        };
    }
}
