package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description is what is served: every call is in it, and what calls answer has the described form. */
class OpenApiTest {
    private static final ObjectNode DESCRIBED = OpenApi.describe("/v1");
    private static final int SAMPLES = 40;

    @TempDir
    private Path home;

    static List<RpcMethod> methods() {
        return RpcMethods.ALL;
    }

    @Test
    void every_call_is_described_once() {
        var found = new ArrayList<String>();
        for (JsonNode path : DESCRIBED.path("paths"))
            for (JsonNode operation : path) found.add(operation.path("operationId").asText());

        assertThat(found).containsExactlyInAnyOrderElementsOf(methods().stream().map(RpcMethod::name).toList());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void parameters_and_rights_are_described(RpcMethod method) {
        JsonNode operation = operation(method);
        var names = new ArrayList<String>();
        operation.path("parameters").forEach(parameter -> names.add(parameter.path("name").asText()));
        operation.at("/requestBody/content/application~1json/schema/properties")
                .fieldNames()
                .forEachRemaining(names::add);

        assertThat(names).containsExactlyInAnyOrderElementsOf(method.names());
        assertThat(operation.path("x-scope").asText()).isEqualTo(method.scope().toString());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void what_a_call_answers_has_the_form_that_is_described(RpcMethod method) {
        if (method.name().equals("stop")) return;
        JsonNode schema = operation(method).at("/responses/200/content/application~1json/schema");
        assertThat(schema.isObject()).isTrue();
        for (int seed = 0; seed < SAMPLES; seed++) {
            Desk desk = FakeNode.desk(home.resolve(Integer.toString(seed)), seed);
            Object answer = method.call()
                    .apply(desk, Params.of(method.names(), RpcMethodsTest.valid(method)))
                    .thenApply(value -> (Object) value)
                    .toCompletableFuture()
                    .join();
            JsonNode shown = JsonViews.toJson(answer);
            assertThat(problems(shown, schema)).as("%s: %s", method.name(), shown).isEmpty();
        }
    }

    @Test
    void an_invoice_of_blinded_paths_has_no_text_of_its_own() {
        JsonNode blinded = OpenApi.schema(Shape.one(NodeService.BlindedInvoice.class));
        JsonNode plain = OpenApi.schema(Shape.one(NodeService.Invoice.class));

        assertThat(blinded.at("/properties/bolt11").isMissingNode()).isTrue();
        assertThat(blinded.path("required").toString()).contains("\"blinded_paths\"");
        assertThat(plain.at("/properties/blinded_paths").isMissingNode()).isTrue();
        assertThat(plain.path("required").toString()).contains("\"bolt11\"");
    }

    @Test
    void what_has_not_the_form_is_noticed() {
        JsonNode schema = OpenApi.schema(Shape.one(NodeService.Balance.class));
        JsonNode right = JsonViews.toJson(new fulgurite.node.journal.SampleValues(1).of(NodeService.Balance.class));
        ObjectNode wrong = right.deepCopy();
        wrong.put("pending_msat", "text");
        ObjectNode less = right.deepCopy();
        less.remove("pending_msat");
        ObjectNode more = right.deepCopy();
        more.put("more", 1);

        assertThat(problems(right, schema)).isEmpty();
        for (JsonNode bad : List.of(wrong, less, more)) assertThat(problems(bad, schema)).hasSize(1);
    }

    private static JsonNode operation(RpcMethod method) {
        return DESCRIBED.path("paths")
                .path("/v1" + method.rest().path())
                .path(method.rest().verb().toString().toLowerCase(Locale.ROOT));
    }

    /** What is wrong with a value, by the words of JSON Schema that the description uses. */
    private static List<String> problems(JsonNode value, JsonNode schema) {
        var found = new ArrayList<String>();
        switch (schema.path("type").asText()) {
            case "integer" -> expect(value.isIntegralNumber(), value, schema, found);
            case "boolean" -> expect(value.isBoolean(), value, schema, found);
            case "string" -> {
                expect(value.isTextual(), value, schema, found);
                if (schema.has("enum")) {
                    var words = new ArrayList<String>();
                    schema.path("enum").forEach(word -> words.add(word.asText()));
                    expect(words.contains(value.asText()), value, schema, found);
                }
            }
            case "array" -> {
                expect(value.isArray(), value, schema, found);
                value.forEach(one -> found.addAll(problems(one, schema.path("items"))));
            }
            case "object" -> {
                expect(value.isObject(), value, schema, found);
                for (JsonNode needed : schema.path("required"))
                    expect(value.has(needed.asText()), value, schema, found);
                for (var field : value.properties())
                    if (schema.path("properties").has(field.getKey()))
                        found.addAll(problems(field.getValue(), schema.path("properties").path(field.getKey())));
                    else
                        expect(schema.path("additionalProperties").asBoolean(true), value, schema, found);
            }
            default -> found.add("an unknown type in " + schema);
        }
        return found;
    }

    private static void expect(boolean holds, JsonNode value, JsonNode schema, List<String> found) {
        if (!holds) found.add(value + " is not " + schema);
    }
}
