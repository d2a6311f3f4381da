package fulgurite.simulator.routing;

import fulgurite.protocol.graph.map.ChannelMap;
import java.util.List;

/**
 * What a file had.
 *
 * @param format as it was recognised
 * @param rows that were read, good and bad
 * @param bad how many were left out; {@code named} says of the first of them where and why
 */
public record Imported(String format, ChannelMap map, long rows, long bad, List<String> named) {}
