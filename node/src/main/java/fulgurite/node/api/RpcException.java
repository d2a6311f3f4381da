package fulgurite.node.api;

/** A JSON-RPC error to answer with. @param code of the JSON-RPC 2.0 table, or -32001 downwards for {@link NodeService.Reason} */
final class RpcException extends RuntimeException {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    private static final int FIRST_SERVICE_CODE = -32001;
    private final int code;

    RpcException(int code, String message) {
        super(message);
        this.code = code;
    }

    static RpcException badParams(String message) {
        return new RpcException(INVALID_PARAMS, message);
    }

    static RpcException of(NodeService.ServiceException failure) {
        return new RpcException(FIRST_SERVICE_CODE - failure.reason().ordinal(), failure.getMessage());
    }

    int code() {
        return code;
    }
}
