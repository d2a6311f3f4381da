package fulgurite.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Shows a JSON answer to a person: a list of objects as a table, one object as name and value, long ids shortened. */
public final class Tables {
    private static final int WIDEST_CELL = 24;
    private static final int ENDS = 8;

    private Tables() {}

    public static String render(JsonNode answer) {
        if (answer.isArray()) return answer.isEmpty() ? "(none)\n" : table(answer);
        if (answer.isObject()) return pairs(answer);
        return answer.asText() + "\n";
    }

    private static String pairs(JsonNode object) {
        int widest = 0;
        for (Iterator<String> names = object.fieldNames(); names.hasNext();)
            widest = Math.max(widest, title(names.next()).length());
        var out = new StringBuilder();
        for (var field : object.properties()) {
            JsonNode value = field.getValue();
            String name = title(field.getKey());
            if (value.isArray() && !value.isEmpty() && value.get(0).isObject())
                out.append(name).append('\n').append(table(value).indent(2));
            else
                out.append(name).append(" ".repeat(widest - name.length() + 2)).append(full(value)).append('\n');
        }
        return out.toString();
    }

    private static String table(JsonNode rows) {
        Set<String> columns = new LinkedHashSet<>();
        for (JsonNode row : rows) row.fieldNames().forEachRemaining(columns::add);
        if (columns.isEmpty()) return list(rows);
        var widths = new TreeMap<String, Integer>();
        var numeric = new TreeMap<String, Boolean>();
        for (String column : columns) {
            int width = title(column).length();
            boolean allNumbers = true;
            for (JsonNode row : rows) {
                width = Math.max(width, cell(row.path(column)).length());
                allNumbers &= row.path(column).isNumber() || row.path(column).isMissingNode();
            }
            widths.put(column, width);
            numeric.put(column, allNumbers);
        }
        var lines = new ArrayList<String>();
        var head = new StringBuilder();
        for (String column : columns) head.append(padded(title(column), widths.get(column), numeric.get(column)));
        lines.add(head.toString().stripTrailing());
        for (JsonNode row : rows) {
            var line = new StringBuilder();
            for (String column : columns)
                line.append(padded(cell(row.path(column)), widths.get(column), numeric.get(column)));
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines) + "\n";
    }

    private static String list(JsonNode values) {
        var out = new StringBuilder();
        for (JsonNode value : values) out.append(full(value)).append('\n');
        return out.toString();
    }

    private static String padded(String text, int width, boolean right) {
        String space = " ".repeat(width - text.length());
        return (right ? space + text : text + space) + "  ";
    }

    private static String title(String name) {
        return name.replace('_', ' ');
    }

    private static String full(JsonNode value) {
        if (value.isNumber()) return grouped(value.asText());
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(one -> parts.add(one.isContainerNode() ? one.toString() : one.asText()));
            return parts.isEmpty() ? "(none)" : String.join(", ", parts);
        }
        return value.isObject() ? value.toString() : value.asText();
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) return "";
        if (value.isArray()) return value.isEmpty() ? "" : value.size() + " …";
        if (value.isBoolean()) return value.booleanValue() ? "yes" : "no";
        String text = full(value);
        boolean opaque = text.length() > WIDEST_CELL && text.indexOf(' ') < 0;
        return opaque ? text.substring(0, ENDS) + "…" + text.substring(text.length() - ENDS) : text;
    }

    private static String grouped(String digits) {
        return digits.replaceAll("(?<=\\d)(?=(\\d{3})+$)", ",");
    }
}
