package fulgurite.simulator.routing;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Map;

/** The fields of one row by their names, and what is wrong with those that cannot be read. */
record Row(Map<String, String> fields) {
    /** A field that is missing or no number. */
    static final class BadField extends Exception {
        private static final long serialVersionUID = 1;

        BadField(String message) {
            super(message, null, false, false);
        }
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    String text(String name) throws BadField {
        String value = fields.get(name);
        if (value == null) throw new BadField("no " + name);
        return value;
    }

    String text(String name, String missing) {
        return fields.getOrDefault(name, missing);
    }

    boolean isTrue(String name) {
        return "true".equals(fields.get(name)) || "1".equals(fields.get(name));
    }

    /** A whole number, with or without the unit behind it. */
    long number(String name) throws BadField {
        String value = text(name);
        String digits = value.endsWith("msat") ? value.substring(0, value.length() - 4) : value;
        try {
            return digits.endsWith(".0")
                    ? Long.parseLong(digits.substring(0, digits.length() - 2))
                    : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new BadField(name + " is no number: " + shortened(value));
        }
    }

    long number(String name, long missing) throws BadField {
        return has(name) ? number(name) : missing;
    }

    NodeId node(String name) throws BadField {
        String value = text(name);
        try {
            return NodeId.fromHex(value);
        } catch (IllegalArgumentException e) {
            throw new BadField(name + " is no node id: " + shortened(value));
        }
    }

    /** As 1x2x3, or as one number. */
    ShortChannelId channel(String name) throws BadField {
        String value = text(name);
        try {
            return value.indexOf('x') > 0
                    ? ShortChannelId.fromText(value)
                    : new ShortChannelId(Long.parseUnsignedLong(value));
        } catch (IllegalArgumentException e) {
            throw new BadField(name + " is no channel id: " + shortened(value));
        }
    }

    private static String shortened(String value) {
        return value.length() > 40 ? value.substring(0, 40) + "…" : value;
    }
}
