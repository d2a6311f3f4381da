package fulgurite.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.api.NodeService.AddressType;
import fulgurite.node.journal.Words;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A call's parameters by name, read with errors that say what was expected. */
final class Params {
    /** 21 million bitcoin: no amount is more. */
    private static final long MAX_SAT = 21_000_000L * 100_000_000L;
    /** Each may be looked at alone, to say why it cannot be reached. */
    private static final int MOST_NODES = 100;
    private final ObjectNode values;

    private Params(ObjectNode values) {
        this.values = values;
    }

    /**
     * @param declared the method's parameters, in the order in which an array gives them
     * @throws RpcException when {@code given} is neither object, array nor absent, or names what is not declared
     */
    static Params of(List<String> declared, JsonNode given) {
        ObjectNode byName = JsonNodeFactory.instance.objectNode();
        if (given.isArray()) {
            if (given.size() > declared.size())
                throw RpcException
                        .badParams("expected at most " + declared.size() + " parameters " + declared + ", got "
                                + given.size());
            for (int i = 0; i < given.size(); i++) byName.set(declared.get(i), given.get(i));
        } else if (given.isObject()) {
            for (Iterator<String> names = given.fieldNames(); names.hasNext();) {
                String name = names.next();
                if (!declared.contains(name))
                    throw RpcException.badParams("unknown parameter '" + name + "'; expected " + declared);
                byName.set(name, given.get(name));
            }
        } else if (!given.isMissingNode() && !given.isNull()) {
            throw RpcException.badParams("params must be an object or an array");
        }
        return new Params(byName);
    }

    String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name, "a string"));
    }

    Optional<String> optionalText(String name) {
        return present(name).map(value -> {
            if (!value.isTextual()) throw RpcException.badParams("'" + name + "' must be a string");
            return value.textValue();
        });
    }

    boolean flag(String name) {
        return flag(name, false);
    }

    boolean flag(String name, boolean usual) {
        return present(name).map(value -> {
            if (value.isTextual() && (value.textValue().equals("true") || value.textValue().equals("false")))
                return value.textValue().equals("true");
            if (!value.isBoolean()) throw RpcException.badParams("'" + name + "' must be true or false");
            return value.booleanValue();
        }).orElse(usual);
    }

    /** A whole number, as a JSON number or as its digits in a string. */
    Optional<Long> optionalNumber(String name, long least, long most) {
        return present(name).map(value -> {
            long number;
            try {
                number = value.isTextual() ? Long.parseLong(value.textValue().trim()) : exact(value);
            } catch (NumberFormatException e) {
                throw badNumber(name, least, most, value);
            }
            if (number < least || number > most) throw badNumber(name, least, most, value);
            return number;
        });
    }

    Satoshi sat(String name) {
        return optionalSat(name).orElseThrow(() -> missing(name, "a whole number of satoshis"));
    }

    Optional<Satoshi> optionalSat(String name) {
        return optionalNumber(name, 0, MAX_SAT).map(Satoshi::new);
    }

    MilliSatoshi msat(String name) {
        return optionalMsat(name).orElseThrow(() -> missing(name, "a whole number of millisatoshis"));
    }

    Optional<MilliSatoshi> optionalMsat(String name) {
        return optionalNumber(name, 1, MAX_SAT * 1000).map(MilliSatoshi::new);
    }

    AddressType addressType(String name) {
        return optionalText(name).map(word -> switch (word) {
            case "p2wpkh" -> AddressType.P2WPKH;
            case "p2tr" -> AddressType.P2TR;
            default -> throw RpcException.badParams("'" + name + "' must be p2wpkh or p2tr");
        }).orElse(AddressType.P2WPKH);
    }

    NodeId nodeId(String name) {
        return parsed(name, NodeId::fromHex, "a node id: 66 hexadecimal digits that begin with 02 or 03")
                .orElseThrow(() -> missing(name, "a node id"));
    }

    /** Node ids divided by commas, {@value #MOST_NODES} at most. */
    List<NodeId> nodeIds(String name) {
        // -1: nothing behind the last comma is no node id either.
        List<NodeId> nodes = parsed(name, text -> Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(NodeId::fromHex)
                .toList(), "node ids, each 66 hexadecimal digits that begin with 02 or 03, divided by commas")
                .orElseThrow(() -> missing(name, "a node id"));
        if (nodes.isEmpty() || nodes.size() > MOST_NODES)
            throw RpcException.badParams("'" + name + "' must be 1 to " + MOST_NODES + " node ids, got "
                    + nodes.size());
        return nodes;
    }

    PaymentHash paymentHash(String name) {
        return parsed(name, PaymentHash::fromHex, "a payment hash: 64 hexadecimal digits")
                .orElseThrow(() -> missing(name, "a payment hash (see 'payments')"));
    }

    ChannelId channelId(String name) {
        return optionalChannelId(name).orElseThrow(() -> missing(name, "a channel id (see 'channels')"));
    }

    Optional<ChannelId> optionalChannelId(String name) {
        return parsed(name, ChannelId::fromHex, "a channel id: 64 hexadecimal digits (see 'channels')");
    }

    Bytes hex(String name) {
        return parsed(name, Bytes::fromHex, "hexadecimal digits")
                .orElseThrow(() -> missing(name, "hexadecimal digits"));
    }

    /** Words divided by commas. */
    List<Scope> scopes(String name) {
        return Arrays.stream(text(name).split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(word -> Scope.named(word)
                        .orElseThrow(() -> RpcException.badParams(
                                "'" + name + "' must be of read, invoice, pay and admin, divided by commas")))
                .toList();
    }

    private <T> Optional<T> parsed(String name, Function<String, T> parse, String expected) {
        return optionalText(name).map(text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw RpcException.badParams("'" + name + "' must be " + expected);
            }
        });
    }

    private Optional<JsonNode> present(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isNull());
    }

    private static long exact(JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) throw new NumberFormatException();
        return value.longValue();
    }

    private static RpcException badNumber(String name, long least, long most, JsonNode value) {
        String shown = value.asText();
        return RpcException.badParams("'" + name + "' must be a whole number from " + least + " to " + most + ", got "
                + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown));
    }

    private static RpcException missing(String name, String what) {
        return RpcException.badParams("'" + name + "' is missing: " + what);
    }
}
