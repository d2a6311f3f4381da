package fulgurite.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The calls of the table as resources: what is looked at by GET, what is done by POST with a JSON object, what is ended by DELETE. */
final class RestApi {
    private static final ObjectMapper JSON = JsonInput.MAPPER;
    private final Calls calls;

    RestApi(Calls calls) {
        this.calls = calls;
    }

    /** @param status of HTTP @param body JSON */
    record Answer(int status, String body) {}

    /**
     * @param path below the interface's base
     * @param query the parameters in the address, by name; a name that comes twice is there twice
     * @param body of the request, empty when it has none
     */
    CompletionStage<Answer> answer(Caller caller, String verb, String path, List<Map.Entry<String, String>> query,
            String body) {
        try {
            Found found = find(verb, path);
            JsonNode params = params(found, query, body);
            return calls.call(caller, found.method(), params)
                    .handle((value, failure) -> failure == null
                            ? new Answer(200, value.toString())
                            : failed(Calls.unwrapped(failure)));
        } catch (RpcException | NotServed e) {
            return CompletableFuture.completedStage(failed(e));
        }
    }

    private record Found(RpcMethod method, SortedMap<String, String> inPath) {}

    /** There is nothing at that place. */
    private static final class NotServed extends RuntimeException {
        private final int status;

        NotServed(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private static Found find(String verb, String path) {
        var verbs = new ArrayList<String>();
        for (RpcMethod method : RpcMethods.ALL) {
            Optional<SortedMap<String, String>> matched = method.rest().match(path);
            if (matched.isEmpty()) continue;
            if (method.rest().verb().toString().equals(verb)) return new Found(method, matched.get());
            verbs.add(method.rest().verb().toString());
        }
        if (verbs.isEmpty())
            throw new NotServed(404, "there is nothing at " + shortened(path)
                    + "; openapi.json describes what there is");
        throw new NotServed(405, "use " + String.join(" or ", verbs) + " at " + shortened(path));
    }

    private static JsonNode params(Found found, List<Map.Entry<String, String>> query, String body) {
        ObjectNode params = JSON.createObjectNode();
        if (found.method().rest().verb() == Rest.Verb.POST) {
            if (!body.isBlank()) params = object(body);
            if (!query.isEmpty())
                throw RpcException.badParams("parameters of a POST are a JSON object in its body, not in the address");
        } else {
            if (!body.isBlank()) throw RpcException.badParams("parameters stand in the address, not in a body");
            for (var one : query) {
                if (params.has(one.getKey()))
                    throw RpcException.badParams("'" + shortened(one.getKey()) + "' is given twice");
                params.put(one.getKey(), one.getValue());
            }
        }
        for (var one : found.inPath().entrySet()) {
            if (params.has(one.getKey()))
                throw RpcException.badParams("'" + one.getKey() + "' stands in the path already");
            params.put(one.getKey(), one.getValue());
        }
        return params;
    }

    private static ObjectNode object(String body) {
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) return object;
        } catch (JsonProcessingException e) {
            throw RpcException.badParams("not JSON: " + e.getOriginalMessage());
        }
        throw RpcException.badParams("the body must be a JSON object");
    }

    private static Answer failed(Throwable failure) {
        return switch (failure) {
            case NotServed none -> new Answer(none.status, error(none.status, none.getMessage()));
            case RpcException known -> new Answer(known.httpStatus(), error(known.code(), known.getMessage()));
            default -> new Answer(500, error(RpcException.INTERNAL_ERROR, "the node could not do this"));
        };
    }

    private static String error(int code, String message) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("error").put("code", code).put("message", message);
        return answer.toString();
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
