package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;

/**
 * The script that a mutual close must pay, committed to at opening; empty commits to nothing.
 *
 * @bolt 2, The open_channel Message
 */
public record UpfrontShutdownScript(Bytes scriptpubkey) implements OpenChannelTlv, AcceptChannelTlv {
    static final Codec<UpfrontShutdownScript> CODEC = Codecs.record(UpfrontShutdownScript.class, Codecs.REST);
}
