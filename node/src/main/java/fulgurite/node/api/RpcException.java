package fulgurite.node.api;

import java.util.Optional;

/** A JSON-RPC error to answer with. @param code of the JSON-RPC 2.0 table, or -32001 downwards for {@link NodeService.Reason} */
final class RpcException extends RuntimeException {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    private static final int FIRST_SERVICE_CODE = -32001;
    private final int code;
    private final Optional<NodeService.Reason> reason;

    RpcException(int code, String message) {
        this(code, Optional.empty(), message);
    }

    private RpcException(int code, Optional<NodeService.Reason> reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    static RpcException badParams(String message) {
        return new RpcException(INVALID_PARAMS, message);
    }

    static RpcException of(NodeService.ServiceException failure) {
        return new RpcException(FIRST_SERVICE_CODE - failure.reason().ordinal(), Optional.of(failure.reason()),
                failure.getMessage());
    }

    /** The status by which HTTP tells it. */
    int httpStatus() {
        return reason.map(RpcException::httpStatus).orElse(code == INTERNAL_ERROR ? 500 : 400);
    }

    private static int httpStatus(NodeService.Reason reason) {
        return switch (reason) {
            case BAD_REQUEST -> 400;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case WRONG_STATE -> 409;
            case INSUFFICIENT_FUNDS, NO_ROUTE, PAYMENT_FAILED -> 422;
            case PEER_UNREACHABLE -> 502;
            case CHAIN -> 503;
            case TIMEOUT -> 504;
        };
    }

    int code() {
        return code;
    }
}
