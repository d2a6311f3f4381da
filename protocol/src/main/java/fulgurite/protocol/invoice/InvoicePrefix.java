package fulgurite.protocol.invoice;

import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.Optional;

/** What the human-readable part says. @param amount positive, when there is one. @bolt 11, Human-Readable Part */
record InvoicePrefix(BitcoinNetwork network, Optional<MilliSatoshi> amount) {
    private static final long MSAT_PER_BITCOIN = 100_000_000_000L;

    /** @throws MalformedException when the network is unknown, or the amount is none */
    static InvoicePrefix decode(String prefix) {
        if (!prefix.startsWith("ln")) throw new MalformedException("an invoice begins with ln, not " + prefix);
        int digits = 2;
        while (digits < prefix.length() && !isDigit(prefix.charAt(digits))) digits++;
        String currency = prefix.substring(2, digits);
        String amount = prefix.substring(digits);
        return new InvoicePrefix(network(currency), amount.isEmpty() ? Optional.empty() : Optional.of(amount(amount)));
    }

    String encode() {
        return "ln" + currency(network) + amount.map(InvoicePrefix::shortest).orElse("");
    }

    private static MilliSatoshi amount(String text) {
        char last = text.charAt(text.length() - 1);
        String number = isDigit(last) ? text : text.substring(0, text.length() - 1);
        if (!number.chars().allMatch(InvoicePrefix::isDigit))
            throw new MalformedException("the amount " + text + " is not a number with a multiplier");
        try {
            long units = Long.parseLong(number);
            if (units == 0 || number.charAt(0) == '0')
                throw new MalformedException("the amount " + text + " is not a positive number without leading zeros");
            return MilliSatoshi.msat(switch (last) {
                case 'm' -> Math.multiplyExact(units, MSAT_PER_BITCOIN / 1000);
                case 'u' -> Math.multiplyExact(units, MSAT_PER_BITCOIN / 1_000_000);
                case 'n' -> Math.multiplyExact(units, MSAT_PER_BITCOIN / 1_000_000_000);
                case 'p' -> wholeMillisatoshis(units, text);
                case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Math.multiplyExact(units, MSAT_PER_BITCOIN);
                default -> throw new MalformedException("the amount " + text + " has an unknown multiplier");
            });
        } catch (NumberFormatException | ArithmeticException e) {
            throw new MalformedException("the amount " + text + " is more bitcoin than there can be");
        }
    }

    private static long wholeMillisatoshis(long picoBitcoin, String text) {
        if (picoBitcoin % 10 != 0) throw new MalformedException("the amount " + text + " is a part of a millisatoshi");
        return picoBitcoin / 10;
    }

    private static String shortest(MilliSatoshi amount) {
        long msat = amount.msat();
        if (msat % MSAT_PER_BITCOIN == 0) return Long.toString(msat / MSAT_PER_BITCOIN);
        if (msat % (MSAT_PER_BITCOIN / 1000) == 0) return msat / (MSAT_PER_BITCOIN / 1000) + "m";
        if (msat % (MSAT_PER_BITCOIN / 1_000_000) == 0) return msat / (MSAT_PER_BITCOIN / 1_000_000) + "u";
        if (msat % (MSAT_PER_BITCOIN / 1_000_000_000) == 0) return msat / (MSAT_PER_BITCOIN / 1_000_000_000) + "n";
        return Math.multiplyExact(msat, 10L) + "p";
    }

    private static BitcoinNetwork network(String currency) {
        for (BitcoinNetwork network : BitcoinNetwork.values()) if (currency(network).equals(currency)) return network;
        throw new MalformedException("the invoice is for an unknown network: ln" + currency);
    }

    private static String currency(BitcoinNetwork network) {
        return switch (network) {
            case MAINNET -> "bc";
            case TESTNET4 -> "tb";
            case SIGNET -> "tbs";
            case REGTEST -> "bcrt";
        };
    }

    private static boolean isDigit(int symbol) {
        return symbol >= '0' && symbol <= '9';
    }
}
