package fulgurite.simulator.routing;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** Breaks off when a parser wants ever more text without telling anything: it would keep all of it. */
final class RationedReader extends FilterReader {
    private static final int RATION = 1_000_000;

    private long left = RATION;

    RationedReader(Reader in) {
        super(in);
    }

    /** The parser has told something. */
    void refill() {
        left = RATION;
    }

    @Override
    public int read() throws IOException {
        return spent(1, super.read());
    }

    @Override
    public int read(char[] into, int at, int most) throws IOException {
        int read = super.read(into, at, most);
        return spent(read, read);
    }

    private int spent(int characters, int result) throws IOException {
        left -= characters;
        if (left < 0) throw new IOException("an element of more than " + RATION + " characters");
        return result;
    }
}
