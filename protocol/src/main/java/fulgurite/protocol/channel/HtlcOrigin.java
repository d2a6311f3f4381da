package fulgurite.protocol.channel;

import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;

/** Why we offered an HTLC: whom its result is for. Each origin is offered once. */
public sealed interface HtlcOrigin {
    /** One attempt (or part) of a payment of our own. */
    record Local(Bytes32 paymentId, int attempt) implements HtlcOrigin {}

    /** An HTLC of another channel that we forward. @param htlcId the peer's id in the incoming channel */
    record Relayed(ChannelId incoming, long htlcId) implements HtlcOrigin {}
}
