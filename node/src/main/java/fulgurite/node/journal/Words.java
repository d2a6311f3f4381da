package fulgurite.node.journal;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.TxId;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Events and states in words for a person: every record by the name of its type and of its components, in their order.
 * Long strings of bytes are shortened, and secrets hidden.
 */
public final class Words {
    private static final int SHOWN_BYTES = 6;

    private Words() {}

    /** One line: {@code HtlcOffered(id 3, amount 5000 msat)} is "htlc offered: id 3, amount 5000 msat". */
    public static String line(Record event) {
        String name = spaced(event.getClass().getSimpleName());
        String said = components(event);
        return said.isEmpty() ? name : name + ": " + said;
    }

    /** Many lines: a component with components of its own is indented below its name. */
    public static String page(Record state) {
        var page = new StringBuilder(spaced(state.getClass().getSimpleName())).append('\n');
        write(state, 1, page);
        return page.toString();
    }

    private static void write(Record record, int depth, StringBuilder page) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = valueOf(record, component);
            page.append("  ".repeat(depth)).append(spaced(component.getName()));
            switch (value) {
                case Collection<?> many when many.stream().anyMatch(Words::isLarge) -> {
                    page.append('\n');
                    int number = 0;
                    for (Object one : many) {
                        page.append("  ".repeat(depth + 1)).append(number++).append(": ");
                        nested(one, depth + 1, page);
                    }
                }
                case Optional<?> maybe when maybe.isPresent() -> nested(maybe.get(), depth, page.append(' '));
                default -> nested(value, depth, page.append(' '));
            }
        }
    }

    private static void nested(Object value, int depth, StringBuilder page) {
        if (value instanceof Record record && isLarge(record)) {
            page.append(spaced(record.getClass().getSimpleName())).append('\n');
            write(record, depth + 1, page);
        } else {
            page.append(said(value)).append('\n');
        }
    }

    private static boolean isLarge(Object value) {
        return value instanceof Record record && !Scalars.isScalar(record.getClass())
                && record.getClass().getRecordComponents().length > 1;
    }

    private static String components(Record record) {
        var all = new StringJoiner(", ");
        for (RecordComponent component : record.getClass().getRecordComponents())
            all.add(spaced(component.getName()) + " " + said(valueOf(record, component)));
        return all.toString();
    }

    private static String said(Object value) {
        return switch (value) {
            case Tx tx -> "transaction " + tx.txid();
            case TxId id -> id.toString();
            case Bytes bytes -> shortened(bytes);
            case Optional<?> maybe -> maybe.map(Words::said).orElse("none");
            case Collection<?> many -> {
                var list = new StringJoiner(", ", "[", "]");
                many.forEach(one -> list.add(said(one)));
                yield list.toString();
            }
            case Map<?, ?> map -> {
                var list = new StringJoiner(", ", "{", "}");
                map.forEach((key, one) -> list.add(said(key) + ": " + said(one)));
                yield list.toString();
            }
            case Enum<?> one -> one.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            case Record secret when secret.toString().endsWith("(hidden)") -> "hidden";
            case Record record when wrapsBytes(record) -> shortened(Bytes.fromHex(record.toString()));
            case Record record when Scalars.isScalar(record.getClass()) -> record.toString();
            case Record record -> spaced(record.getClass().getSimpleName()) + " (" + components(record) + ")";
            default -> value.toString();
        };
    }

    private static boolean wrapsBytes(Record record) {
        return Scalars.isScalar(record.getClass()) && record.toString().matches("([0-9a-f]{2}){16,}");
    }

    private static String shortened(Bytes bytes) {
        return bytes.size() <= SHOWN_BYTES + 2
                ? bytes.toHex()
                : bytes.slice(0, SHOWN_BYTES).toHex() + "… (" + bytes.size() + " bytes)";
    }

    private static String spaced(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static Object valueOf(Record record, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
