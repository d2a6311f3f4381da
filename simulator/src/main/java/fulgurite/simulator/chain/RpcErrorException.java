package fulgurite.simulator.chain;

/** A call that is refused, with bitcoind's code and words. */
final class RpcErrorException extends RuntimeException {
    static final int MISC = -1;
    static final int INVALID_ADDRESS_OR_KEY = -5;
    static final int INVALID_PARAMETER = -8;
    static final int DESERIALIZATION = -22;
    static final int VERIFY = -25;
    static final int VERIFY_REJECTED = -26;
    static final int ALREADY_IN_CHAIN = -27;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INTERNAL = -32603;
    static final int PARSE = -32700;

    private final int code;

    RpcErrorException(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }
}
