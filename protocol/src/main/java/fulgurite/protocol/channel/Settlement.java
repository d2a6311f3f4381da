package fulgurite.protocol.channel;

/** The result of an HTLC that we offered, kept until its origin has acknowledged it. */
public record Settlement(HtlcOrigin origin, long htlcId, HtlcResult result) {}
