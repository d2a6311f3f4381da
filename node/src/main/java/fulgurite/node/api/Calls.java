package fulgurite.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes calls of the table, whatever protocol they came by. */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private final Desk desk;

    Calls(Desk desk) {
        this.desk = desk;
    }

    /**
     * @param params an object or an array, or nothing
     * @return the answer as JSON; fails with an {@link RpcException} only
     * @throws RpcException when the caller may not, or the parameters are wrong
     */
    CompletionStage<JsonNode> call(Caller caller, RpcMethod method, JsonNode params) {
        caller.needs(method.scope(), method.name());
        CompletionStage<?> answer;
        try {
            answer = method.call().apply(desk, Params.of(method.names(), params));
        } catch (NodeService.ServiceException e) {
            throw RpcException.of(e);
        }
        return answer.handle((value, failure) -> {
            if (failure != null) throw explain(failure);
            return JsonViews.toJson(caller.may(Scope.PAY) ? value : withoutPreimages(value));
        });
    }

    /** A preimage proves that whoever has it has paid, and is worth money while it is on its way: looking does not need it. */
    private static Object withoutPreimages(Object value) {
        return switch (value) {
            case NodeService.Payment payment -> payment.withoutPreimage();
            case List<?> list -> list.stream().map(Calls::withoutPreimages).toList();
            default -> value;
        };
    }

    private static RpcException explain(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof RpcException known) return known;
        if (cause instanceof NodeService.ServiceException known) return RpcException.of(known);
        LOG.error("a call failed in a way that nobody foresaw", cause);
        return new RpcException(RpcException.INTERNAL_ERROR, "the node could not do this; its log says why");
    }

    /** What failed, without the stages around it. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) cause = cause.getCause();
        return cause;
    }
}
