package fulgurite.protocol.wire;

import fulgurite.protocol.units.Bytes;

/**
 * A message whose type is not in {@link Messages}. An odd one is ignored, an even one closes the connection: the
 * caller decides by {@link #mustBeUnderstood}.
 *
 * @param type 0..65535
 * @bolt 1, Lightning Message Format
 */
public record UnknownMessage(int type, Bytes payload) implements LightningMessage {
    /** Whether the rule "it's ok to be odd" does not excuse it. */
    public boolean mustBeUnderstood() {
        return (type & 1) == 0;
    }
}
