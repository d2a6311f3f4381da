package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The records of a TLV stream: known ones as values of the namespace's sealed interface {@code T}, unknown odd ones
 * as they came, so that encoding again gives the same bytes.
 *
 * @param records at most one of each class; kept in the order of their class names, so that equal streams are equal
 * @param unknown in increasing order of their types
 * @bolt 1, Type-Length-Value Format
 */
public record TlvStream<T>(List<T> records, List<Unknown> unknown) {
    private static final TlvStream<?> EMPTY = new TlvStream<>(List.of(), List.of());

    /**
     * A record whose type the namespace does not know.
     *
     * @param type all 64 bits: 2^63 and more is negative
     */
    public record Unknown(long type, Bytes value) {}

    public TlvStream {
        var inOrder = new ArrayList<>(records);
        inOrder.sort(Comparator.comparing(record -> record.getClass().getName()));
        for (int i = 1; i < inOrder.size(); i++)
            if (inOrder.get(i).getClass() == inOrder.get(i - 1).getClass())
                throw new IllegalArgumentException(
                        "two " + inOrder.get(i).getClass().getSimpleName() + " records in one TLV stream");
        records = List.copyOf(inOrder);
        unknown = List.copyOf(unknown);
    }

    @SuppressWarnings("unchecked") // it holds no T
    public static <T> TlvStream<T> empty() {
        return (TlvStream<T>) EMPTY;
    }

    /** @throws IllegalArgumentException when two records are of one class */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public static <T> TlvStream<T> of(T... records) {
        return new TlvStream<>(List.of(records), List.of());
    }

    /** The record of that class, if the stream has one. */
    public <R extends T> Optional<R> get(Class<R> type) {
        for (T record : records) if (type.isInstance(record)) return Optional.of(type.cast(record));
        return Optional.empty();
    }

    /** This stream with {@code record} in it, in place of the one of its class if there was one. */
    public TlvStream<T> with(T record) {
        var changed = new ArrayList<>(records);
        changed.removeIf(old -> old.getClass() == record.getClass());
        changed.add(record);
        return new TlvStream<>(changed, unknown);
    }

    public boolean isEmpty() {
        return records.isEmpty() && unknown.isEmpty();
    }
}
