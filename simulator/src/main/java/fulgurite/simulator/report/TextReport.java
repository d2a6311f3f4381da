package fulgurite.simulator.report;

import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.simulator.check.BrokenInvariant;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/** A report for people. */
public final class TextReport {
    private static final int BAR = 40;

    private TextReport() {}

    public static void print(SimulationReport report, PrintWriter out) {
        SimulationReport.Network network = report.network();
        SimulationReport.Payments payments = report.payments();
        line(out, "seed", Long.toString(report.seed()));
        line(out, "network", String.format(Locale.ROOT, "%,d nodes, %,d channels of %,d sat in sum, %,d blocks",
                network.nodes(), network.channels(), network.capacity().sat(), network.blocks()));
        line(out, "payments", String.format(Locale.ROOT, "%,d, %,d succeeded (%.1f %%), %,d attempts",
                payments.tried(), payments.succeeded(), payments.successRate() * 100, payments.attempts()));
        payments.failures()
                .entrySet()
                .stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
                .forEach(reason -> line(out, "", String.format(Locale.ROOT, "%,d failed: %s", reason.getValue(),
                        reason.getKey())));
        line(out, "paid", sat(payments.amount()));
        line(out, "fees", sat(payments.fees()) + ", median " + sat(payments.medianFee()) + "; on chain "
                + sat(network.chainFees().toMilliSatoshi()));
        int most = payments.hops().values().stream().max(Comparator.naturalOrder()).orElse(1);
        payments.hops()
                .forEach((hops, count) -> line(out, hops == 1 ? "1 hop" : hops + " hops",
                        String.format(Locale.ROOT, "%-" + BAR + "s %,d", "#".repeat(Math.max(1, count * BAR / most)),
                                count)));
        line(out, "time", duration(report.simulated()) + " simulated in " + duration(report.real()));
        for (BrokenInvariant broken : report.broken())
            line(out, "broken", broken.rule() + ": " + broken.explanation());
        if (report.broken().isEmpty())
            line(out, "invariants", "all hold: money to the msat, both sides of each channel, nothing pending");
        out.println("trace: " + report.trace());
        out.flush();
    }

    private static void line(PrintWriter out, String what, String found) {
        out.println(String.format(Locale.ROOT, "%-11s %s", what, found).stripTrailing());
    }

    private static String sat(MilliSatoshi amount) {
        return String.format(Locale.ROOT, "%,d.%03d sat", amount.msat() / 1000, amount.msat() % 1000);
    }

    /** {@code 1 h 23 min 4.5 s}, without leading zeros. */
    static String duration(Duration time) {
        String seconds = String.format(Locale.ROOT, "%.1f s", time.toSecondsPart() + time.toMillisPart() / 1000.0);
        if (time.toMinutes() == 0) return seconds;
        String minutes = time.toMinutesPart() + " min " + seconds;
        return time.toHours() == 0 ? minutes : time.toHours() + " h " + minutes;
    }
}
