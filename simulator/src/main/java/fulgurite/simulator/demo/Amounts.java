package fulgurite.simulator.demo;

import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.math.BigDecimal;
import java.util.Locale;

/** Amounts as a person writes and reads them: satoshis, with up to three decimals for millisatoshis. */
final class Amounts {
    private static final BigDecimal MSAT_PER_SAT = BigDecimal.valueOf(1000);
    private static final BigDecimal SAT_PER_BTC = BigDecimal.valueOf(100_000_000);
    private static final BigDecimal MOST_SAT = BigDecimal.valueOf(21_000_000).multiply(SAT_PER_BTC);

    private Amounts() {}

    /** Reads {@code 100000}, {@code 100_000}, {@code 0.5btc}, {@code 1500msat}. @throws DemoException otherwise */
    static MilliSatoshi parse(String text) {
        String word = text.toLowerCase(Locale.ROOT).replaceAll("[_,]", "");
        try {
            BigDecimal sat = word.endsWith("msat")
                    ? new BigDecimal(word.substring(0, word.length() - 4)).divide(MSAT_PER_SAT)
                    : word.endsWith("btc")
                            ? new BigDecimal(word.substring(0, word.length() - 3)).multiply(SAT_PER_BTC)
                            : new BigDecimal(word.endsWith("sat") ? word.substring(0, word.length() - 3) : word);
            if (sat.signum() <= 0 || sat.compareTo(MOST_SAT) > 0) throw new ArithmeticException("out of range");
            return new MilliSatoshi(sat.multiply(MSAT_PER_SAT).longValueExact());
        } catch (NumberFormatException | ArithmeticException e) {
            throw new DemoException(
                    "'" + text + "' is no amount; write satoshis such as 100000, or 0.5btc, or 1500msat");
        }
    }

    static Satoshi parseSat(String text) {
        MilliSatoshi amount = parse(text);
        if (amount.msat() % 1000 != 0) throw new DemoException("'" + text + "' is not a whole number of satoshis");
        return amount.toSatoshi();
    }

    /** {@code 1,234,567.890}: satoshis to the millisatoshi, without the unit. */
    static String exact(MilliSatoshi amount) {
        long msat = Math.abs(amount.msat());
        return (amount.isNegative() ? "-" : "") + String.format(Locale.ROOT, "%,d.%03d", msat / 1000, msat % 1000);
    }

    /** As {@link #exact} with its unit, decimals only where there are any. */
    static String show(MilliSatoshi amount) {
        return (amount.msat() % 1000 == 0 ? String.format(Locale.ROOT, "%,d", amount.msat() / 1000) : exact(amount))
                + " sat";
    }

    static String show(Satoshi amount) {
        return String.format(Locale.ROOT, "%,d sat", amount.sat());
    }
}
