package fulgurite.simulator.report;

import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.check.BrokenInvariant;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * What one simulation has found. All but {@code real} is a function of the settings.
 *
 * @param simulated virtual time
 * @param real time on the clock on the wall
 * @param trace hash of everything that was sent, mined and paid, in its order
 * @param traced how many entries the hash is over
 * @param broken empty when every invariant holds
 */
public record SimulationReport(long seed, Network network, Payments payments, Duration simulated, Duration real,
        String trace, long traced, List<BrokenInvariant> broken) {
    public SimulationReport {
        broken = List.copyOf(broken);
    }

    /** @param blocks of the chain, its genesis block not counted; @param chainFees for opening the channels */
    public record Network(int nodes, int channels, Satoshi capacity, int blocks, Satoshi chainFees) {}

    /**
     * @param failures how many payments failed for each reason
     * @param amount of those that succeeded, in sum; @param fees paid to forwarding nodes, in sum
     * @param medianFee of those that succeeded; zero when none did
     * @param hops how many payments succeeded over so many channels
     * @param attempts routes tried by all payments
     */
    public record Payments(int tried, int succeeded, SortedMap<String, Integer> failures, MilliSatoshi amount,
            MilliSatoshi fees, MilliSatoshi medianFee, SortedMap<Integer, Integer> hops, int attempts) {
        /** Of all tried, 0..1; 1 when none was. */
        public double successRate() {
            return tried == 0 ? 1 : (double) succeeded / tried;
        }
    }
}
