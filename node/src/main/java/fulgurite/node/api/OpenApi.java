package fulgurite.node.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The description of the REST interface, made from the same table that serves it and the same records that are answered.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1</a>
 */
final class OpenApi {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<Class<?>> NUMBERS = List.of(Satoshi.class, MilliSatoshi.class, FeeratePerKw.class,
            BlockHeight.class, CltvExpiry.class, CltvDelta.class, Duration.class, Integer.class, int.class, Long.class,
            long.class);

    private OpenApi() {}

    /** @param base that comes before each path, such as {@code /v1} */
    static ObjectNode describe(String base) {
        ObjectNode all = JSON.objectNode();
        all.put("openapi", "3.1.0");
        all.putObject("info")
                .put("title", "Fulgurite")
                .put("version", "1")
                .put("description", "A Lightning node. Amounts state their unit in their name.");
        all.putArray("security").addObject().putArray("token");
        ObjectNode paths = all.putObject("paths");
        for (RpcMethod method : RpcMethods.ALL) {
            ObjectNode path = paths.withObjectProperty(base + method.rest().path());
            path.set(method.rest().verb().toString().toLowerCase(Locale.ROOT), operation(method));
        }
        ObjectNode components = all.putObject("components");
        components.putObject("securitySchemes").putObject("token").put("type", "http").put("scheme", "bearer");
        components.putObject("schemas")
                .putObject("Error")
                .put("type", "object")
                .putObject("properties")
                .putObject("error")
                .put("type", "object")
                .putObject("properties")
                .<ObjectNode>set("code", type("integer"))
                .set("message", type("string"));
        return all;
    }

    private static ObjectNode operation(RpcMethod method) {
        ObjectNode operation = JSON.objectNode();
        operation.put("operationId", method.name());
        operation.put("summary", method.summary());
        operation.put("x-scope", method.scope().toString());
        boolean inBody = method.rest().verb() == Rest.Verb.POST;
        ArrayNode parameters = JSON.arrayNode();
        ObjectNode body = type("object");
        ObjectNode fields = body.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Param param : method.params()) {
            boolean inPath = method.rest().inPath().contains(param.name());
            ObjectNode schema = schema(param.kind()).put("description", param.about());
            if (inBody && !inPath) {
                fields.set(param.name(), schema);
                if (param.required()) required.add(param.name());
            } else
                parameters.addObject()
                        .put("name", param.name())
                        .put("in", inPath ? "path" : "query")
                        .put("required", param.required())
                        .set("schema", schema);
        }
        if (!parameters.isEmpty()) operation.set("parameters", parameters);
        if (!required.isEmpty()) body.set("required", required);
        if (!fields.isEmpty()) {
            ObjectNode request = operation.putObject("requestBody").put("required", !required.isEmpty());
            json(request, body);
        }
        ObjectNode responses = operation.putObject("responses");
        json(responses.putObject("200").put("description", method.summary()), schema(method.answer()));
        json(responses.putObject("default").put("description", "why not"),
                JSON.objectNode().put("$ref", "#/components/schemas/Error"));
        return operation;
    }

    private static void json(ObjectNode in, ObjectNode schema) {
        in.putObject("content").putObject("application/json").set("schema", schema);
    }

    private static ObjectNode type(String name) {
        return JSON.objectNode().put("type", name);
    }

    private static ObjectNode schema(Param.Kind kind) {
        return switch (kind) {
            case TEXT -> type("string");
            case FLAG -> type("boolean");
            case NUMBER, SAT, MSAT -> type("integer").put("format", "int64");
            case NODE_ID -> type("string").put("pattern", "^0[23][0-9a-f]{64}$");
            case NODE_IDS -> type("string").put("pattern", "^0[23][0-9a-f]{64}(,0[23][0-9a-f]{64})*$");
            case CHANNEL_ID, PAYMENT_HASH -> type("string").put("pattern", "^[0-9a-f]{64}$");
        };
    }

    static ObjectNode schema(Shape shape) {
        return shape.isList() ? list(shape.of()) : schema(shape.of());
    }

    private static ObjectNode list(Type of) {
        ObjectNode array = type("array");
        array.set("items", schema(of));
        return array;
    }

    private static ObjectNode schema(Type type) {
        if (type instanceof ParameterizedType generic && Collection.class.isAssignableFrom(raw(type)))
            return list(generic.getActualTypeArguments()[0]);
        Class<?> raw = raw(type);
        if (NUMBERS.contains(raw)) return type("integer");
        if (raw == Boolean.class || raw == boolean.class) return type("boolean");
        if (raw == Instant.class) return type("string").put("format", "date-time");
        if (raw == ObjectNode.class) return type("object");
        if (raw.isEnum()) {
            ObjectNode schema = type("string");
            ArrayNode words = schema.putArray("enum");
            for (Object word : raw.getEnumConstants()) words.add(((Enum<?>) word).name().toLowerCase(Locale.ROOT));
            return schema;
        }
        return JsonViews.isView(raw) ? view(raw) : type("string");
    }

    private static ObjectNode view(Class<?> view) {
        ObjectNode schema = type("object");
        ObjectNode fields = schema.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (RecordComponent component : view.getRecordComponents()) {
            Type type = component.getGenericType();
            boolean optional = raw(type) == Optional.class;
            Type held = optional ? ((ParameterizedType) type).getActualTypeArguments()[0] : type;
            String name = JsonViews.nameOf(component, raw(held));
            fields.set(name, schema(held));
            if (!optional) required.add(name);
        }
        if (!required.isEmpty()) schema.set("required", required);
        return schema.put("additionalProperties", false);
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }
}
