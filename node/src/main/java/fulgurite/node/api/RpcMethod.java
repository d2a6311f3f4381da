package fulgurite.node.api;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** One call of the JSON-RPC interface. @param params its parameters in positional order; @param summary one line for a person */
record RpcMethod(String name, List<String> params, String summary,
        BiFunction<NodeService, Params, CompletionStage<?>> call) {}
