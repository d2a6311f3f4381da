package fulgurite.node.channel;

import fulgurite.protocol.channel.Channel;

/** Why a channel has stopped, in sentences for a person. */
final class StopText {
    private StopText() {}

    /** @param number of the event in the channel's journal, 1.., had it been recorded */
    static String of(long index, long number, Channel.Stop stop) {
        return "channel " + index + " has stopped: its event " + number + " (" + stop.cause()
                + ") would break the invariant that " + stop.breach().invariant().text() + ": "
                + stop.breach().detail() + ". Nothing of it was recorded or sent; other channels go on, and this one"
                + " still defends its money on chain. Please report it with what 'fulgurite journal show' says of the"
                + " channel. Start the node again to let the channel try once more, or close it by force, which"
                + " publishes its last good commitment";
    }
}
