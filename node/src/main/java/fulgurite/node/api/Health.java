package fulgurite.node.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletionStage;

/**
 * Whether the node lives and is ready, for load balancers and the like: they need no token, and learn no more than that.
 * Live is a node whose actors answer; ready is one that can ask its chain, too.
 */
record Health(boolean live, boolean ready, ObjectNode shown) {
    /** @param caller who may read also learns how it stands with the chain */
    static CompletionStage<Health> of(NodeService node, Caller caller) {
        return node.chain().handle((chain, failure) -> {
            boolean live = failure == null;
            boolean ready = live && chain.reachable() && chain.blockHeight().isPresent();
            ObjectNode shown = JsonNodeFactory.instance.objectNode();
            shown.put("live", live).put("ready", ready);
            if (live) shown.put("chain", chain.reachable() ? "reachable" : "unreachable");
            if (live && caller.may(Scope.READ)) shown.set("chain_state", JsonViews.toJson(chain));
            return new Health(live, ready, shown);
        });
    }
}
