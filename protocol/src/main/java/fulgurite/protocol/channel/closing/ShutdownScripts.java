package fulgurite.protocol.channel.closing;

import fulgurite.protocol.units.Bytes;

/** The scripts that a channel may be closed to. @bolt 2, Closing Initiation: shutdown */
public final class ShutdownScripts {
    private static final int OP_1 = 0x51;
    private static final int OP_16 = 0x60;

    private ShutdownScripts() {}

    /** Whether the script is a segwit program of a form allowed. @param anySegwit whether option_shutdown_anysegwit is negotiated */
    public static boolean isAcceptable(Bytes script, boolean anySegwit) {
        int size = script.size();
        if (size < 4 || script.unsigned(1) != size - 2) return false;
        int version = script.unsigned(0);
        if (version == 0) return size == 22 || size == 34;
        return anySegwit && version >= OP_1 && version <= OP_16 && size <= 42;
    }
}
