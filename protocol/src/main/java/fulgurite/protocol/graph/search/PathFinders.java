package fulgurite.protocol.graph.search;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The path-finders that a node or a simulation can choose by name. */
public final class PathFinders {
    public static final String DEFAULT = "probabilistic";
    private static final List<Function<SearchSpace, PathFinder>> ALL = List.of(SearchingFinder::probabilistic,
            SearchingFinder::dijkstra, FlowFinder::new);

    private PathFinders() {}

    public static List<String> names() {
        return ALL.stream().map(finder -> finder.apply(new SearchSpace()).name()).toList();
    }

    /** @param space to work in: the finders of one thread may share it. @return empty when no finder has that name */
    public static Optional<PathFinder> named(String name, SearchSpace space) {
        for (Function<SearchSpace, PathFinder> one : ALL) {
            PathFinder finder = one.apply(space);
            if (finder.name().equals(name)) return Optional.of(finder);
        }
        return Optional.empty();
    }
}
