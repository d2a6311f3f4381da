package fulgurite.simulator.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.simulator.check.BrokenInvariant;

/** A report for programs: one JSON object, amounts in msat or sat as their names say, times in seconds. */
public final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReport() {}

    public static String of(SimulationReport report) {
        ObjectNode json = JSON.createObjectNode();
        json.put("seed", report.seed());
        json.put("trace", report.trace());
        json.put("traceEntries", report.traced());
        json.put("simulatedSeconds", report.simulated().toMillis() / 1000.0);
        json.put("realSeconds", report.real().toMillis() / 1000.0);
        json.putObject("network")
                .put("nodes", report.network().nodes())
                .put("channels", report.network().channels())
                .put("capacitySat", report.network().capacity().sat())
                .put("blocks", report.network().blocks())
                .put("chainFeesSat", report.network().chainFees().sat());
        payments(json.putObject("payments"), report.payments());
        ArrayNode broken = json.putArray("brokenInvariants");
        for (BrokenInvariant one : report.broken())
            broken.addObject().put("rule", one.rule()).put("explanation", one.explanation());
        return json.toPrettyString();
    }

    private static void payments(ObjectNode json, SimulationReport.Payments payments) {
        json.put("tried", payments.tried())
                .put("succeeded", payments.succeeded())
                .put("successRate", payments.successRate())
                .put("attempts", payments.attempts())
                .put("amountMsat", payments.amount().msat())
                .put("feesMsat", payments.fees().msat())
                .put("medianFeeMsat", payments.medianFee().msat());
        ObjectNode failures = json.putObject("failures");
        payments.failures().forEach(failures::put);
        ObjectNode hops = json.putObject("hops");
        payments.hops().forEach((count, succeeded) -> hops.put(count.toString(), succeeded));
    }
}
