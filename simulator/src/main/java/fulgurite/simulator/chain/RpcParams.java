package fulgurite.simulator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.List;

/**
 * A call's parameters, by position or by name.
 *
 * @param names of the method's parameters, in order
 */
record RpcParams(JsonNode given, List<String> names) {
    RpcParams {
        if (given.isArray() && given.size() > names.size())
            throw new RpcErrorException(RpcErrorException.MISC, "too many parameters: " + names);
    }

    /** Missing when it is not given. */
    JsonNode get(String name) {
        JsonNode value = given.isArray() ? given.path(names.indexOf(name)) : given.path(name);
        return value.isNull() ? value.path("absent") : value;
    }

    String text(String name) {
        JsonNode value = get(name);
        if (!value.isTextual()) throw invalid(name, "a string");
        return value.asText();
    }

    int number(String name) {
        JsonNode value = get(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) throw invalid(name, "a whole number");
        return value.asInt();
    }

    /** 0 for false, 1 for true, or a number. */
    int verbosity(String name, int otherwise) {
        JsonNode value = get(name);
        if (value.isMissingNode()) return otherwise;
        return value.isBoolean() ? value.asBoolean() ? 1 : 0 : number(name);
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = get(name);
        return value.isMissingNode() ? otherwise : value.asBoolean();
    }

    Bytes32 hash(String name) {
        return new Bytes32(bytes32(name, text(name)));
    }

    TxId txid(String name) {
        return new TxId(bytes32(name, text(name)));
    }

    Address address(String name) {
        try {
            return Address.parse(text(name), BitcoinNetwork.REGTEST);
        } catch (IllegalArgumentException e) {
            throw new RpcErrorException(RpcErrorException.INVALID_ADDRESS_OR_KEY, "Invalid address: " + e.getMessage());
        }
    }

    /** Bitcoin with up to eight decimals, as a number or as text. */
    Satoshi amount(String name) {
        try {
            var bitcoin = new java.math.BigDecimal(get(name).asText());
            return new Satoshi(bitcoin.movePointRight(8).longValueExact());
        } catch (NumberFormatException | ArithmeticException e) {
            throw invalid(name, "an amount in bitcoin with up to eight decimals");
        }
    }

    static Tx transaction(String hex) {
        try {
            Tx tx = Tx.parse(Bytes.fromHex(hex));
            if (!tx.inputs().isEmpty()) return tx;
        } catch (MalformedException e) {
            // Answered below, in bitcoind's words.
        } catch (IllegalArgumentException e) {
            // Not hexadecimal: the same answer.
        }
        throw new RpcErrorException(RpcErrorException.DESERIALIZATION,
                "TX decode failed. Make sure the tx has at least one input.");
    }

    private static Bytes bytes32(String name, String text) {
        try {
            Bytes bytes = Bytes.fromHex(text);
            if (bytes.size() == Bytes32.SIZE) return bytes.reversed();
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw invalid(name, "64 hexadecimal digits");
    }

    private static RpcErrorException invalid(String name, String expected) {
        return new RpcErrorException(RpcErrorException.INVALID_PARAMETER, name + " must be " + expected);
    }
}
