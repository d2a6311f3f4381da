package fulgurite.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Satoshi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Shows a view record of {@link NodeService} as JSON. Names become snake_case, and a component whose type has a unit
 * carries it in its name: {@code MilliSatoshi fee} is {@code "fee_msat"}, {@code Satoshi capacity} is
 * {@code "capacity_sat"}. An empty {@code Optional} is left out.
 */
public final class JsonViews {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Looked up once for each kind of view, for a node shows the same few kinds again and again. */
    private static final ClassValue<List<Shown>> SHOWN = new ClassValue<>() {
        @Override
        protected List<Shown> computeValue(Class<?> view) {
            return Shown.allOf(view);
        }
    };

    private JsonViews() {}

    public static JsonNode toJson(Object value) {
        return switch (value) {
            case JsonNode node -> node;
            case Satoshi amount -> LongNode.valueOf(amount.sat());
            case MilliSatoshi amount -> LongNode.valueOf(amount.msat());
            case FeeratePerKw feerate -> LongNode.valueOf(feerate.satPerKw());
            case BlockHeight height -> IntNode.valueOf(height.height());
            case CltvExpiry expiry -> LongNode.valueOf(expiry.height());
            case CltvDelta delta -> IntNode.valueOf(delta.blocks());
            case PaymentPreimage preimage -> TextNode.valueOf(preimage.toHex());
            case Duration duration -> LongNode.valueOf(duration.toSeconds());
            case Instant instant -> TextNode.valueOf(instant.toString());
            case Boolean flag -> BooleanNode.valueOf(flag);
            case Integer number -> IntNode.valueOf(number);
            case Long number -> LongNode.valueOf(number);
            case Enum<?> constant -> TextNode.valueOf(constant.name().toLowerCase(Locale.ROOT));
            case Optional<?> optional -> optional.map(JsonViews::toJson).orElse(NullNode.getInstance());
            case Collection<?> many -> {
                ArrayNode array = JSON.arrayNode();
                for (Object one : many) array.add(toJson(one));
                yield array;
            }
            case Record view when isView(view.getClass()) -> viewOf(view);
            default -> TextNode.valueOf(value.toString());
        };
    }

    /** Whether a record is shown as an object. */
    static boolean isView(Class<?> type) {
        return type.isRecord()
                && (type.getEnclosingClass() == NodeService.class || type.getEnclosingClass() == Tokens.class);
    }

    /** What a view's component is called in JSON. @param type of its value */
    static String nameOf(RecordComponent component, Class<?> type) {
        return snakeCase(component.getName()) + unitOf(type);
    }

    private static ObjectNode viewOf(Record view) {
        ObjectNode object = JSON.objectNode();
        for (Shown component : SHOWN.get(view.getClass())) {
            Object value = component.of(view);
            Object shown = value instanceof Optional<?> optional ? optional.orElse(null) : value;
            if (shown != null) object.set(component.name() + unitOf(shown.getClass()), toJson(shown));
        }
        return object;
    }

    /** A component of a view. @param name in JSON, without a unit */
    private record Shown(String name, Method accessor) {
        static List<Shown> allOf(Class<?> view) {
            return Stream.of(view.getRecordComponents())
                    .map(component -> new Shown(snakeCase(component.getName()), component.getAccessor()))
                    .toList();
        }

        Object of(Record view) {
            try {
                return accessor.invoke(view);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("a view's components are public: " + accessor, e);
            }
        }
    }

    private static String unitOf(Class<?> type) {
        if (type == Satoshi.class) return "_sat";
        if (type == MilliSatoshi.class) return "_msat";
        if (type == FeeratePerKw.class) return "_sat_per_kw";
        if (type == CltvDelta.class) return "_blocks";
        if (type == Duration.class) return "_seconds";
        return "";
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
