package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.codec.ByteWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The table of message numbers, and messages to bytes and back: a {@code u16} type, then the message's fields.
 *
 * @bolt 1, Lightning Message Format
 */
public final class Messages {
    /** The most that the transport carries in one message. */
    public static final int MAX_SIZE = 65_535;

    private static final int TYPE_SIZE = 2;
    private static final List<Entry<?>> TABLE = List.of(
            new Entry<>(1, Warning.CODEC),
            new Entry<>(2, Stfu.CODEC),
            new Entry<>(7, PeerStorage.CODEC),
            new Entry<>(9, PeerStorageRetrieval.CODEC),
            new Entry<>(16, Init.CODEC),
            new Entry<>(17, ErrorMessage.CODEC),
            new Entry<>(18, Ping.CODEC),
            new Entry<>(19, Pong.CODEC),
            new Entry<>(32, OpenChannel.CODEC),
            new Entry<>(33, AcceptChannel.CODEC),
            new Entry<>(34, FundingCreated.CODEC),
            new Entry<>(35, FundingSigned.CODEC),
            new Entry<>(36, ChannelReady.CODEC),
            new Entry<>(38, Shutdown.CODEC),
            new Entry<>(39, ClosingSigned.CODEC),
            new Entry<>(40, ClosingComplete.CODEC),
            new Entry<>(41, ClosingSig.CODEC),
            new Entry<>(128, UpdateAddHtlc.CODEC),
            new Entry<>(130, UpdateFulfillHtlc.CODEC),
            new Entry<>(131, UpdateFailHtlc.CODEC),
            new Entry<>(132, CommitmentSigned.CODEC),
            new Entry<>(133, RevokeAndAck.CODEC),
            new Entry<>(134, UpdateFee.CODEC),
            new Entry<>(135, UpdateFailMalformedHtlc.CODEC),
            new Entry<>(136, ChannelReestablish.CODEC),
            new Entry<>(256, ChannelAnnouncement.CODEC),
            new Entry<>(257, NodeAnnouncement.CODEC),
            new Entry<>(258, ChannelUpdate.CODEC),
            new Entry<>(259, AnnouncementSignatures.CODEC),
            new Entry<>(261, QueryShortChannelIds.CODEC),
            new Entry<>(262, ReplyShortChannelIdsEnd.CODEC),
            new Entry<>(263, QueryChannelRange.CODEC),
            new Entry<>(264, ReplyChannelRange.CODEC),
            new Entry<>(265, GossipTimestampFilter.CODEC));
    private static final SortedMap<Integer, Entry<?>> BY_NUMBER = new TreeMap<>();
    private static final Map<Class<?>, Entry<?>> BY_CLASS = new LinkedHashMap<>();

    static {
        for (Entry<?> entry : TABLE) {
            BY_NUMBER.put(entry.number, entry);
            BY_CLASS.put(entry.codec.type(), entry);
        }
    }

    private Messages() {}

    private record Entry<T extends LightningMessage>(int number, Codec<T> codec) {
        void encode(LightningMessage message, ByteWriter out) {
            codec.encode(codec.type().cast(message), out);
        }
    }

    /** The message's number on the wire, 0..65535. */
    public static int numberOf(LightningMessage message) {
        return message instanceof UnknownMessage unknown ? unknown.type() : entryOf(message).number;
    }

    /** @throws IllegalArgumentException when the message does not fit {@value #MAX_SIZE} bytes */
    public static Bytes encode(LightningMessage message) {
        var out = new ByteWriter();
        if (message instanceof UnknownMessage unknown) {
            out.writeU16(unknown.type()).writeBytes(unknown.payload());
        } else {
            Entry<?> entry = entryOf(message);
            out.writeU16(entry.number);
            entry.encode(message, out);
        }
        if (out.size() > MAX_SIZE)
            throw new IllegalArgumentException(
                    message.getClass().getSimpleName() + " of " + out.size() + " bytes is too long to send");
        return out.toBytes();
    }

    /**
     * One whole message; of a type that is not in the table, an {@link UnknownMessage}.
     *
     * @throws MalformedException when it is longer than {@value #MAX_SIZE} bytes, cut short, or not what its type says
     */
    public static LightningMessage decode(Bytes bytes) {
        if (bytes.size() > MAX_SIZE)
            throw new MalformedException("a message of " + bytes.size() + " bytes is too long");
        var in = ByteReader.of(bytes);
        int number = in.readU16();
        Entry<?> entry = BY_NUMBER.get(number);
        if (entry == null) return new UnknownMessage(number, bytes.slice(TYPE_SIZE, bytes.size()));
        return entry.codec.decode(in);
    }

    private static Entry<?> entryOf(LightningMessage message) {
        return Objects.requireNonNull(BY_CLASS.get(message.getClass()), "a message that is not in the table");
    }
}
