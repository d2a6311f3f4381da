package fulgurite.node.wallet;

import java.util.Optional;

/** Where a wallet keeps how far it has scanned. */
public interface ScanStore {
    /** Keeps nothing: each start scans from the wallet's birth. */
    ScanStore NONE = new ScanStore() {
        @Override
        public Optional<ScanPoint> read() {
            return Optional.empty();
        }

        @Override
        public void write(ScanPoint point) {}
    };

    /** Empty when there is none that can be used. */
    Optional<ScanPoint> read();

    /** Takes the place of the one before. It may be lost. */
    void write(ScanPoint point);
}
