package fulgurite.simulator.bench;

import fulgurite.simulator.routing.Trial;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws what {@link SuccessBenchCommand} found: success and HTLCs by the size of the payment. */
final class SuccessPlots {
    private static final int BUCKETS = 5;
    private static final Color[] COLOURS = {new Color(0x1b6ca8), new Color(0xd9822b), new Color(0x5b8c3a),
            new Color(0x8a4fa3)};

    private SuccessPlots() {}

    static void draw(List<SuccessRow> rows, List<Trial.Task> tasks, Path directory) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(directory);
        long[] bounds = bounds(tasks);
        var success = chart("Payments that succeed", "percent");
        var attempts = chart("HTLCs sent for each payment", "HTLCs");
        List<String> labels = labels(bounds);
        for (SuccessRow row : rows) {
            var succeeded = new ArrayList<Double>();
            var sent = new ArrayList<Double>();
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                List<Trial.Outcome> outcomes = in(bucket, bounds, row, tasks);
                succeeded.add(100 * outcomes.stream().mapToInt(one -> one.succeeded() ? 1 : 0).average().orElse(0));
                sent.add(outcomes.stream().mapToInt(Trial.Outcome::attempts).average().orElse(0));
            }
            success.addSeries(row.algorithm(), labels, succeeded);
            attempts.addSeries(row.algorithm(), labels, sent);
        }
        success.getStyler().setYAxisMax(100.0);
        save(success, directory.resolve("success.png"));
        save(attempts, directory.resolve("htlcs.png"));
    }

    private static long[] bounds(List<Trial.Task> tasks) {
        long[] sorted = tasks.stream().mapToLong(Trial.Task::amountMsat).sorted().toArray();
        long[] bounds = new long[BUCKETS + 1];
        for (int i = 0; i < BUCKETS; i++) bounds[i] = sorted[sorted.length * i / BUCKETS];
        bounds[BUCKETS] = sorted[sorted.length - 1] + 1;
        return bounds;
    }

    private static List<String> labels(long[] bounds) {
        var labels = new ArrayList<String>();
        for (int i = 0; i < BUCKETS; i++) labels.add(thousands(bounds[i]) + " to " + thousands(bounds[i + 1]));
        return labels;
    }

    private static String thousands(long msat) {
        return msat / 1_000_000 + "k";
    }

    private static List<Trial.Outcome> in(int bucket, long[] bounds, SuccessRow row, List<Trial.Task> tasks) {
        var outcomes = new ArrayList<Trial.Outcome>();
        for (int i = 0; i < tasks.size(); i++) {
            long amount = tasks.get(i).amountMsat();
            if (amount >= bounds[bucket] && amount < bounds[bucket + 1]) outcomes.add(row.outcomes().get(i));
        }
        return outcomes;
    }

    private static CategoryChart chart(String title, String unit) {
        CategoryChart chart = new CategoryChartBuilder().width(900)
                .height(480)
                .title(title)
                .xAxisTitle("amount in satoshi, a fifth of the payments in each group")
                .yAxisTitle(unit)
                .build();
        CategoryStyler styler = chart.getStyler();
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setSeriesColors(COLOURS);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setYAxisMin(0.0);
        styler.setAvailableSpaceFill(0.8);
        styler.setLabelsVisible(true);
        styler.setLabelsFontColor(Color.WHITE);
        styler.setYAxisDecimalPattern("#0");
        return chart;
    }

    private static void save(Chart<?, ?> chart, Path file) throws IOException {
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }
}
