package fulgurite.protocol.graph.sync;

import fulgurite.protocol.wire.Messages;

/** The bits of a query flag: what is wanted of one channel. @bolt 7, The query_short_channel_ids Messages */
public final class QueryFlag {
    public static final int ANNOUNCEMENT = 1;
    public static final int UPDATE_1 = 2;
    public static final int UPDATE_2 = 4;
    public static final int NODE_1 = 8;
    public static final int NODE_2 = 16;
    /** All that there is, as without flags. */
    public static final int EVERYTHING = ANNOUNCEMENT | UPDATE_1 | UPDATE_2 | NODE_1 | NODE_2;

    private QueryFlag() {}
}
