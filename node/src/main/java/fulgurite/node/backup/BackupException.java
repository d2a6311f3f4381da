package fulgurite.node.backup;

/** A backup cannot be read, written or restored; the message says why and what to do. */
public final class BackupException extends RuntimeException {
    public BackupException(String message) {
        super(message);
    }
}
