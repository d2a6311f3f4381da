package fulgurite.node.api;

import java.util.List;

/** Who calls, by the token that came with the call. @param id of the token; empty for the configured password */
record Caller(String id, String name, List<Scope> scopes) {
    Caller {
        scopes = List.copyOf(scopes);
    }

    /** Somebody without a token. */
    static final Caller NOBODY = new Caller("", "nobody", List.of());

    boolean may(Scope scope) {
        return scopes.stream().anyMatch(ours -> ours.includes(scope));
    }

    /** @throws RpcException when the call needs another right */
    void needs(Scope scope, String what) {
        if (!may(scope))
            throw RpcException.of(new NodeService.ServiceException(NodeService.Reason.FORBIDDEN, "'" + what
                    + "' needs a token with the right '" + scope + "'; this one has " + scopes));
    }
}
