package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;

/** What a failed attempt teaches this payment, and nobody else. @bolt 4, Receiving Failure Codes */
public sealed interface Lesson {
    /** The channel does not carry this payment in the direction that begins at {@code from}. */
    record AvoidChannel(ShortChannelId channel, NodeId from) implements Lesson {}

    /** The channel had not so much to send in the direction that begins at {@code from}; less may pass. */
    record TooMuch(ShortChannelId channel, NodeId from, MilliSatoshi amount) implements Lesson {}

    /** None of the node's channels will do. */
    record AvoidNode(NodeId node) implements Lesson {}

    /** The channel's terms have changed. @param channelUpdate an encoded channel_update without its type, signed by {@code from} */
    record NewTerms(ShortChannelId channel, NodeId from, NodeId to, Bytes channelUpdate) implements Lesson {}
}
