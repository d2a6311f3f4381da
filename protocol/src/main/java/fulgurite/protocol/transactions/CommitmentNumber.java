package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PublicKey;
import java.nio.ByteBuffer;

/** The 48-bit commitment number that hides in a commitment's sequence and locktime. @bolt 3, Commitment Transaction */
public final class CommitmentNumber {
    private static final long LOWER_24 = 0xffffff;
    private static final long SEQUENCE_MARK = 0x80L << 24;
    private static final long LOCKTIME_MARK = 0x20L << 24;

    private CommitmentNumber() {}

    /** The 48 bits that a channel's numbers are XORed with, from the payment basepoints of both sides. */
    public static long obscuringFactor(PublicKey openerPayment, PublicKey accepterPayment) {
        Bytes hash = Hashes.sha256(openerPayment.bytes(), accepterPayment.bytes()).bytes();
        return ByteBuffer.wrap(hash.toByteArray()).getLong(24) & (1L << 48) - 1;
    }

    static long sequence(long number, long factor) {
        return SEQUENCE_MARK | (number ^ factor) >>> 24;
    }

    static long lockTime(long number, long factor) {
        return LOCKTIME_MARK | (number ^ factor) & LOWER_24;
    }

    /** Whether a spend of the funding output has the marks of a commitment transaction; a mutual close has not. */
    public static boolean looksLikeCommitment(Tx spend) {
        return spend.inputs().size() == 1 && spend.inputs().getFirst().sequence() >>> 24 == 0x80
                && spend.lockTime() >>> 24 == 0x20;
    }

    /** The number of a transaction that {@link #looksLikeCommitment}. */
    public static long read(Tx commitment, long factor) {
        long upper = commitment.inputs().getFirst().sequence() & LOWER_24;
        return (upper << 24 | commitment.lockTime() & LOWER_24) ^ factor;
    }
}
