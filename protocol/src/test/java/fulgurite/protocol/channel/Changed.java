package fulgurite.protocol.channel;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** A message with one field changed. */
public final class Changed {
    private Changed() {}

    /** @param field a component of the record; its new value has the component's type */
    @SuppressWarnings("unchecked")
    public static <M extends Record> M of(M message, String field, Object value) {
        RecordComponent[] components = message.getClass().getRecordComponents();
        if (Arrays.stream(components).noneMatch(c -> c.getName().equals(field)))
            throw new IllegalArgumentException("there is no field " + field);
        try {
            var types = new Class<?>[components.length];
            var values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = components[i].getName().equals(field) ? value : components[i].getAccessor().invoke(message);
            }
            return (M) message.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
