package fulgurite.protocol.channel.closing;

import fulgurite.protocol.units.Bytes;

/** The scripts that a channel may be closed to. @bolt 2, Closing Initiation: shutdown */
public final class ShutdownScripts {
    private static final int OP_1 = 0x51;
    private static final int OP_16 = 0x60;
    private static final int OP_RETURN = 0x6a;
    private static final int OP_PUSHDATA1 = 0x4c;

    private ShutdownScripts() {}

    /**
     * Whether the script is of a form allowed.
     *
     * @param anySegwit whether option_shutdown_anysegwit is negotiated
     * @param simpleClose whether option_simple_close is, with which a side may give up what is not worth an output
     */
    public static boolean isAcceptable(Bytes script, boolean anySegwit, boolean simpleClose) {
        return isSegwit(script, anySegwit) || simpleClose && isOpReturn(script);
    }

    private static boolean isOpReturn(Bytes script) {
        int size = script.size();
        if (size < 8 || script.unsigned(0) != OP_RETURN) return false;
        if (script.unsigned(1) == OP_PUSHDATA1) return size >= 79 && size <= 83 && script.unsigned(2) == size - 3;
        return size <= 77 && script.unsigned(1) == size - 2;
    }

    private static boolean isSegwit(Bytes script, boolean anySegwit) {
        int size = script.size();
        if (size < 4 || script.unsigned(1) != size - 2) return false;
        int version = script.unsigned(0);
        if (version == 0) return size == 22 || size == 34;
        return anySegwit && version >= OP_1 && version <= OP_16 && size <= 42;
    }
}
