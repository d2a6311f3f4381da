package fulgurite.simulator.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a miner earns from some transactions for each size of block that it could fill with them: chunks, each to be
 * taken whole, the best paying first. Between the corners it is a straight line.
 */
record FeerateDiagram(List<Chunk> chunks) {
    record Chunk(long fee, long virtualSize) {
        static Chunk of(List<Mempool.Entry> entries) {
            return new Chunk(Mempool.fees(entries).sat(), Mempool.virtualSize(entries));
        }

        /** Less than 0 when it pays less for its size than {@code other}. */
        int compareFeerate(Chunk other) {
            return Long.compare(Math.multiplyExact(fee, other.virtualSize),
                    Math.multiplyExact(other.fee, virtualSize));
        }
    }

    FeerateDiagram {
        Comparator<Chunk> byFeerate = Chunk::compareFeerate;
        chunks = chunks.stream().sorted(byFeerate.reversed()).toList();
    }

    /** Whether a miner earns more with this for some size, and less for none. */
    boolean isBetterThan(FeerateDiagram other) {
        boolean somewhere = false;
        var corners = new ArrayList<Long>();
        for (FeerateDiagram diagram : List.of(this, other)) corners.addAll(diagram.corners());
        for (long size : corners) {
            int compared = Double.compare(earned(size), other.earned(size));
            if (compared < 0) return false;
            somewhere |= compared > 0;
        }
        return somewhere;
    }

    private List<Long> corners() {
        var corners = new ArrayList<Long>();
        long size = 0;
        for (Chunk chunk : chunks) {
            size += chunk.virtualSize;
            corners.add(size);
        }
        return corners;
    }

    private double earned(long size) {
        long room = size;
        double earned = 0;
        for (Chunk chunk : chunks) {
            if (room < chunk.virtualSize) return earned + (double) chunk.fee * room / chunk.virtualSize;
            earned += chunk.fee;
            room -= chunk.virtualSize;
        }
        return earned;
    }
}
