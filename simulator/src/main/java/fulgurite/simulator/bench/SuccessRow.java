package fulgurite.simulator.bench;

import fulgurite.simulator.routing.Trial;
import java.util.List;
import java.util.Locale;

/** What one algorithm made of all payments. */
record SuccessRow(String algorithm, List<Trial.Outcome> outcomes) {
    static final String HEAD = "algorithm      succeeded  possible  HTLCs  HTLCs/success  parts/success  fee ppm  ms CPU/payment";

    String line(List<Trial.Task> tasks) {
        return String.format(Locale.ROOT, "%-14s %9d %9d %6d %14.2f %14.2f %8.0f %15.2f", algorithm, succeeded(),
                possible(), attempts(), attemptsOfSucceeded(), parts(), feePpm(tasks, List.of(this)),
                cpuMsPerPayment());
    }

    long succeeded() {
        return outcomes.stream().filter(Trial.Outcome::succeeded).count();
    }

    /** That succeeded, or could have. */
    long possible() {
        return outcomes.stream().filter(Trial.Outcome::possible).count();
    }

    /** HTLCs sent, for payments that failed too. */
    long attempts() {
        return outcomes.stream().mapToLong(Trial.Outcome::attempts).sum();
    }

    double attemptsOfSucceeded() {
        return outcomes.stream().filter(Trial.Outcome::succeeded).mapToInt(Trial.Outcome::attempts).average().orElse(0);
    }

    double parts() {
        return outcomes.stream().filter(Trial.Outcome::succeeded).mapToInt(Trial.Outcome::parts).average().orElse(0);
    }

    /** All fees by all amounts, of the payments that succeeded in every one of these rows. */
    double feePpm(List<Trial.Task> tasks, List<SuccessRow> rows) {
        double fees = 0;
        double amounts = 0;
        for (int i = 0; i < tasks.size(); i++) {
            int payment = i;
            if (!rows.stream().allMatch(row -> row.outcomes.get(payment).succeeded())) continue;
            fees += outcomes.get(i).feeMsat();
            amounts += tasks.get(i).amountMsat();
        }
        return amounts == 0 ? 0 : fees / amounts * 1e6;
    }

    double cpuMsPerPayment() {
        return outcomes.stream().mapToLong(Trial.Outcome::cpuNanos).average().orElse(0) / 1e6;
    }
}
