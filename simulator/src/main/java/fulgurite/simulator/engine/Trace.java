package fulgurite.simulator.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What happened, as one number: a running SHA-256 of (virtual time, what) entries. Two runs that did the same at the
 * same virtual times have the same hash. An entry must not hold what differs between JVMs, such as an actor's uid or the
 * order of a hash table.
 */
public final class Trace {
    private final EventLoop loop;
    private final MessageDigest digest = newSha256();
    private long entries;

    Trace(EventLoop loop) {
        this.loop = loop;
    }

    public void record(String what) {
        byte[] text = what.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(12).putLong(loop.now()).putInt(text.length).flip());
        digest.update(text);
        entries++;
    }

    public long entries() {
        return entries;
    }

    /** The hash of everything so far, in hexadecimal. */
    public String hash() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    /** The line that a run prints: {@code trace: HASH}. */
    @Override
    public String toString() {
        return "trace: " + hash();
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
