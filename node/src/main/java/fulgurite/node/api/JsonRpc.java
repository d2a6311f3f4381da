package fulgurite.node.api;

import static java.util.concurrent.CompletableFuture.completedStage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** JSON-RPC 2.0 over text: requests, notifications and batches. Any input at all gets an answer of that protocol. */
final class JsonRpc {
    private static final int MAX_BATCH = 100;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = JsonInput.MAPPER;

    private final Calls calls;

    JsonRpc(Calls calls) {
        this.calls = calls;
    }

    /** @return the answer's text; empty when the request holds notifications only */
    CompletionStage<Optional<String>> answer(Caller caller, String request) {
        JsonNode parsed;
        try {
            parsed = MAPPER.readTree(request);
        } catch (JsonProcessingException e) {
            return completedStage(Optional.of(error(NullNode.getInstance(),
                    new RpcException(RpcException.PARSE_ERROR, "not JSON: " + e.getOriginalMessage())).toString()));
        }
        if (!parsed.isArray()) return one(caller, parsed).thenApply(answer -> answer.map(JsonNode::toString));
        if (parsed.isEmpty() || parsed.size() > MAX_BATCH)
            return completedStage(Optional.of(error(NullNode.getInstance(), new RpcException(
                    RpcException.INVALID_REQUEST, "a batch has 1 to " + MAX_BATCH + " requests")).toString()));
        return batch(caller, parsed);
    }

    private CompletionStage<Optional<String>> batch(Caller caller, JsonNode requests) {
        CompletionStage<List<JsonNode>> answers = completedStage(new ArrayList<>());
        for (JsonNode request : requests)
            answers = answers.thenCompose(sofar -> one(caller, request).thenApply(answer -> {
                answer.ifPresent(sofar::add);
                return sofar;
            }));
        return answers.thenApply(all -> {
            if (all.isEmpty()) return Optional.empty();
            ArrayNode array = JSON.arrayNode();
            array.addAll(all);
            return Optional.of(array.toString());
        });
    }

    private CompletionStage<Optional<JsonNode>> one(Caller caller, JsonNode request) {
        JsonNode id = request.path("id");
        boolean notification = request.isObject() && !request.has("id");
        CompletionStage<JsonNode> result;
        try {
            if (!id.isMissingNode() && !id.isNull() && !id.isTextual() && !id.isNumber())
                throw new RpcException(RpcException.INVALID_REQUEST, "an id is a string, a number or null");
            result = call(caller, request);
        } catch (RpcException e) {
            JsonNode known = id.isTextual() || id.isNumber() ? id : NullNode.getInstance();
            return completedStage(notification ? Optional.empty() : Optional.of(error(known, e)));
        }
        return result.handle((value, failure) -> {
            if (notification) return Optional.empty();
            if (failure != null) return Optional.of(error(id, known(failure)));
            ObjectNode answer = envelope(id);
            answer.set("result", value);
            return Optional.of(answer);
        });
    }

    private CompletionStage<JsonNode> call(Caller caller, JsonNode request) {
        if (!request.isObject()) throw new RpcException(RpcException.INVALID_REQUEST, "a request is a JSON object");
        if (!"2.0".equals(request.path("jsonrpc").asText()))
            throw new RpcException(RpcException.INVALID_REQUEST, "a request carries \"jsonrpc\": \"2.0\"");
        if (!request.path("method").isTextual())
            throw new RpcException(RpcException.INVALID_REQUEST, "a request carries \"method\", a string");
        String name = request.path("method").textValue();
        RpcMethod method = RpcMethods.named(name)
                .orElseThrow(() -> new RpcException(RpcException.METHOD_NOT_FOUND,
                        "there is no method '" + shortened(name) + "'; there are " + RpcMethods.names()));
        return calls.call(caller, method, request.path("params"));
    }

    private static RpcException known(Throwable failure) {
        return Calls.unwrapped(failure) instanceof RpcException known
                ? known
                : new RpcException(RpcException.INTERNAL_ERROR, "the node could not do this");
    }

    private static ObjectNode error(JsonNode id, RpcException failure) {
        ObjectNode answer = envelope(id);
        ObjectNode error = answer.putObject("error");
        error.put("code", failure.code());
        error.put("message", failure.getMessage());
        return answer;
    }

    private static ObjectNode envelope(JsonNode id) {
        ObjectNode answer = JSON.objectNode();
        answer.put("jsonrpc", "2.0");
        answer.set("id", id.isMissingNode() ? NullNode.getInstance() : id);
        return answer;
    }

    private static String shortened(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "…" : name;
    }
}
