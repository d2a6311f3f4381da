package fulgurite.node.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * One call of the API, by JSON-RPC and by REST.
 *
 * @param scope that a token must have
 * @param params in positional order
 * @param summary one line for a person
 */
record RpcMethod(String name, Scope scope, Rest rest, List<Param> params, Shape answer, String summary,
        BiFunction<Desk, Params, CompletionStage<?>> call) {
    RpcMethod {
        params = List.copyOf(params);
    }

    /** The names of the parameters, in order. */
    List<String> names() {
        return params.stream().map(Param::name).toList();
    }
}
