package fulgurite.simulator.rules;

import java.util.List;
import java.util.Optional;

/**
 * A rule of the protocol that is easily missed, in our words.
 *
 * @param tag of its tests, after {@code rule:}
 * @param gap what of it this node does not do, said plainly; a rule may be shown in part and have a gap
 */
record Rule(String tag, String title, String text, String source, Optional<String> gap) {
    static Rule of(String tag, String title, String text, String source) {
        return new Rule(tag, title, text, source, Optional.empty());
    }

    Rule without(String missing) {
        return new Rule(tag, title, text, source, Optional.of(missing));
    }

    /** All of them, in the order of the page. */
    static final List<Rule> ALL = List.of(
            of("1", "init comes first",
                    "Nothing is sent before the peer's init. Its two feature maps count as one; an unknown even bit or a "
                            + "feature without what it depends on ends the connection.",
                    "BOLT 1, The init Message"),
            of("2", "A ping that asks for too much", "65532 bytes and more are not answered and not punished.",
                    "BOLT 1, The ping and pong Messages"),
            of("3", "Errors and warnings",
                    "An error fails its channel, one without a channel fails all; a warning fails none. Of their data "
                            + "only bytes 32 to 126 are shown. A failed channel answers a new connection by its error.",
                    "BOLT 1, The error and warning Messages"),
            of("4", "TLV streams",
                    "Types rise, lengths are minimal, an unknown even type is refused. Unknown bytes are kept where "
                            + "they are signed.",
                    "BOLT 1, Type-Length-Value Format; BOLT 7"),
            of("5", "channel_type and upfront_shutdown_script",
                    "The type is stated both ways, the same, and is one that both know. The script's record is there "
                            + "even when it promises nothing; what it promises is kept.",
                    "BOLT 2, The open_channel Message"),
            of("6", "Limits and reserves",
                    "Dust limits are 354 sat at least and no more than the reserves, crosswise; 483 HTLCs at most. What "
                            + "was pushed is nobody's before the funding is deep.",
                    "BOLT 2, The open_channel Message"),
            of("7", "channel_id", "The funding's txid, its last two bytes XORed with the output index.",
                    "BOLT 2, Definition of channel_id")
                    .without(
                            "Channels of version 2, whose id is a hash of both revocation basepoints, are not spoken."),
            of("8", "Obscured commitment numbers",
                    "48 bits of a hash of both payment basepoints, the opener's first, hide the number in sequence and "
                            + "locktime.",
                    "BOLT 3, Commitment Transaction"),
            of("9", "Revocation secrets",
                    "They descend from index 2^48-1, and each that comes is checked against the compact store.",
                    "BOLT 3, Per-commitment Secret Requirements"),
            of("10", "Order of outputs",
                    "By amount, script and expiry; the signatures of HTLC transactions follow it.",
                    "BOLT 3, Transaction Output Ordering"),
            of("11", "Rounding, fees and anchors",
                    "Millisatoshis are rounded down, what is trimmed goes to the fee; the opener pays for the weight and "
                            + "both anchors. An anchor is left out when its side has nothing in the commitment.",
                    "BOLT 3, Fees"),
            of("12", "Updates and commitments",
                    "An update is in the other side's commitment first. A commitment_signed without any is never sent "
                            + "nor taken. Only what both have irrevocably committed is fulfilled or failed.",
                    "BOLT 2, Normal Operation"),
            of("13", "What a side can pay",
                    "Nobody goes below the reserve. Before adding an HTLC the opener can pay twice the feerate with one "
                            + "HTLC more; the other side sees to that too.",
                    "BOLT 2, Adding an HTLC"),
            of("14", "Exposure to dust", "HTLCs too small for an output are bounded: received, offered and forwarded.",
                    "BOLT 2, Bounding exposure to trimmed in-flight HTLCs"),
            of("15", "Signatures",
                    "All have a low S. The peer signs our HTLC transactions SINGLE|ANYONECANPAY with anchors, we ALL.",
                    "BOLT 3, HTLC-Timeout and HTLC-Success Transactions"),
            of("16", "Connections that are lost",
                    "What the peer proposed and did not commit is dropped. After it nothing goes out before the peer's "
                            + "channel_reestablish; commitment_signed and revoke_and_ack come again in the order in "
                            + "which they were sent.",
                    "BOLT 2, Message Retransmission"),
            of("17", "Lost data",
                    "A peer that proves that we are behind sees no commitment of ours on chain, whatever it asks for. A "
                            + "peer that asks for commitment 0 and proves nothing gets ours.",
                    "BOLT 2, Message Retransmission"),
            of("18", "channel_ready and aliases",
                    "It is repeated only while no commitment has followed; its alias is remembered, the latest counts. "
                            + "Trusted peers' channels are used before they confirm, under their alias; a funding that "
                            + "is spent elsewhere or never comes ends the channel.",
                    "BOLT 2, The channel_ready Message"),
            of("19", "announcement_signatures",
                    "At six confirmations, after channel_ready both ways; asked for and answered after a reconnection; "
                            + "anew when a reorganisation has moved the channel.",
                    "BOLT 7, The announcement_signatures Message"),
            of("20", "shutdown",
                    "It waits until what we proposed is signed. After it nothing is added; HTLCs, dust too, end first. "
                            + "It is sent again after a reconnection.",
                    "BOLT 2, Closing Initiation"),
            of("21", "Closing together",
                    "Without option_simple_close the fundee picks a fee in the overlap of both ranges and the funder "
                            + "repeats it. With it each side proposes a transaction at its own expense, the other signs "
                            + "one of its forms, and either may pay more later. Any that was ever signed is known when "
                            + "it confirms.",
                    "BOLT 2, Channel Close"),
            of("22", "Onions",
                    "The payment hash is authenticated with them. One that came before is failed, remembered until its "
                            + "HTLC has expired. A hash may have several HTLCs. An onion that cannot be read is "
                            + "reported as malformed, and what is reported so becomes a failure upstream.",
                    "BOLT 4, Onion Decryption"),
            of("23", "Failures",
                    "256 bytes at least, unwrapped 27 times whoever sent it. A channel_update in one never enters the "
                            + "public graph.",
                    "BOLT 4, Returning Errors"),
            of("24", "The last hop",
                    "Wrong secret, amount and expiry have one answer. Up to twice the amount is taken. One total a set; "
                            + "an incomplete set is failed after sixty seconds.",
                    "BOLT 4, Payload for the Last Node"),
            of("blinded", "Blinded paths",
                    "A hop keeps what its data say and what it asks for itself. Whatever fails beyond the introduction "
                            + "node is invalid_onion_blinding: to it as a malformed onion, from it, after a random "
                            + "delay, as a failure for the payer. A payee takes an HTLC over its own paths only, and "
                            + "then over nothing else.",
                    "BOLT 4, Route Blinding"),
            of("25", "Forwarding",
                    "An incoming HTLC expires later than the outgoing one by the configured delta, 34 blocks at least "
                            + "outside regtest. Upstream is failed only when the removal downstream is irrevocable or "
                            + "its end on chain is deep; a preimage is used at once. A channel goes on chain before a "
                            + "deadline is missed, also when its peer is away, and nothing is failed upstream that the "
                            + "peer could still take after we have lost data.",
                    "BOLT 2, cltv_expiry_delta Selection"),
            of("also-key-rotation", "Key rotation", "Each key encrypts a thousand times.",
                    "BOLT 8, Lightning Message Key Rotation"),
            of("also-gossip-filter", "Gossip is asked for",
                    "A peer hears none before its gossip_timestamp_filter.",
                    "BOLT 7, The gossip_timestamp_filter Message"),
            of("also-spent-72", "Spent channels", "A channel is forgotten 72 blocks after its funding was spent.",
                    "BOLT 7, The channel_announcement Message"),
            of("opening", "Opening messages",
                    "Every requirement of open_channel, accept_channel, funding_created and funding_signed: the peer is "
                            + "told what is wrong, no coins are bound, nothing is published without both signatures.",
                    "BOLT 2, Channel Establishment v1"),
            of("quiescence", "Quiescence",
                    "stfu is said when nothing of ours is pending; nothing is proposed after it. When both begin the "
                            + "opener did. It ends with the connection, and after a minute when HTLCs wait.",
                    "BOLT 2, Channel Quiescence"),
            of("update-fee", "Feerates",
                    "The opener follows the chain by steps, as far as it can pay and dust allows; nobody else may "
                            + "change the feerate, and none is taken that makes too much dust.",
                    "BOLT 2, Updating Fees"),
            of("journal-bound", "What a peer can have us record",
                    "Updates that are never signed are 5,000 at most over all connections; then the channel fails.",
                    "ours"));
}
