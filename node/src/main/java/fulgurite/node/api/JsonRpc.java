package fulgurite.node.api;

import static java.util.concurrent.CompletableFuture.completedStage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON-RPC 2.0 over text: requests, notifications and batches. Any input at all gets an answer of that protocol. */
public final class JsonRpc {
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);
    private static final int MAX_BATCH = 100;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        MAPPER.getFactory().setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    private final NodeService node;

    public JsonRpc(NodeService node) {
        this.node = node;
    }

    /** @return the answer's text; empty when the request holds notifications only */
    public CompletionStage<Optional<String>> answer(String request) {
        JsonNode parsed;
        try {
            parsed = MAPPER.readTree(request);
        } catch (JsonProcessingException e) {
            return completedStage(Optional.of(error(NullNode.getInstance(),
                    new RpcException(RpcException.PARSE_ERROR, "not JSON: " + e.getOriginalMessage())).toString()));
        }
        if (!parsed.isArray()) return one(parsed).thenApply(answer -> answer.map(JsonNode::toString));
        if (parsed.isEmpty() || parsed.size() > MAX_BATCH)
            return completedStage(Optional.of(error(NullNode.getInstance(), new RpcException(
                    RpcException.INVALID_REQUEST, "a batch has 1 to " + MAX_BATCH + " requests")).toString()));
        return batch(parsed);
    }

    private CompletionStage<Optional<String>> batch(JsonNode requests) {
        CompletionStage<List<JsonNode>> answers = completedStage(new ArrayList<>());
        for (JsonNode request : requests)
            answers = answers.thenCompose(sofar -> one(request).thenApply(answer -> {
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

    private CompletionStage<Optional<JsonNode>> one(JsonNode request) {
        JsonNode id = request.path("id");
        boolean notification = request.isObject() && !request.has("id");
        CompletionStage<JsonNode> result;
        try {
            if (!id.isMissingNode() && !id.isNull() && !id.isTextual() && !id.isNumber())
                throw new RpcException(RpcException.INVALID_REQUEST, "an id is a string, a number or null");
            result = call(request);
        } catch (RpcException e) {
            JsonNode known = id.isTextual() || id.isNumber() ? id : NullNode.getInstance();
            return completedStage(notification ? Optional.empty() : Optional.of(error(known, e)));
        }
        return result.handle((value, failure) -> {
            if (notification) return Optional.empty();
            if (failure != null) return Optional.of(error(id, explain(failure)));
            ObjectNode answer = envelope(id);
            answer.set("result", value);
            return Optional.of(answer);
        });
    }

    private CompletionStage<JsonNode> call(JsonNode request) {
        if (!request.isObject()) throw new RpcException(RpcException.INVALID_REQUEST, "a request is a JSON object");
        if (!"2.0".equals(request.path("jsonrpc").asText()))
            throw new RpcException(RpcException.INVALID_REQUEST, "a request carries \"jsonrpc\": \"2.0\"");
        if (!request.path("method").isTextual())
            throw new RpcException(RpcException.INVALID_REQUEST, "a request carries \"method\", a string");
        String name = request.path("method").textValue();
        RpcMethod method = RpcMethods.named(name)
                .orElseThrow(() -> new RpcException(RpcException.METHOD_NOT_FOUND,
                        "there is no method '" + shortened(name) + "'; there are " + RpcMethods.names()));
        try {
            return method.call()
                    .apply(node, Params.of(method.names(), request.path("params")))
                    .thenApply(JsonViews::toJson);
        } catch (NodeService.ServiceException e) {
            throw RpcException.of(e);
        }
    }

    private static RpcException explain(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) cause = cause.getCause();
        if (cause instanceof RpcException known) return known;
        if (cause instanceof NodeService.ServiceException known) return RpcException.of(known);
        LOG.error("a call failed in a way that nobody foresaw", cause);
        return new RpcException(RpcException.INTERNAL_ERROR, "the node could not do this; its log says why");
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
