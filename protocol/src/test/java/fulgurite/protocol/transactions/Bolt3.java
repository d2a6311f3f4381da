package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.List;

/** The channel of BOLT 3's Appendixes B, C and F: its keys, its HTLCs, its funding. */
final class Bolt3 {
    static final Tx FUNDING_TX = Tx.parse(
            Bytes.fromHex(
                    "0200000001adbb20ea41a8423ea937e76e8151636bf6093b70eaff942930d20576600521fd000000006b48304502"
                            + "210090587b6201e166ad6af0227d3036a9454223d49a1f11839c1a362184340ef0240220577f7cd5cca78719"
                            + "405cbf1de7414ac027f0239ef6e214c90fcaab0454d84b3b012103535b32d5eb0a6ed0982a0479bbadc9868d"
                            + "9836f6ba94dd5a63be16d875069184ffffffff028096980000000000220020c015c4a6be010e21657068fc2e"
                            + "6a9d02b27ebe4d490a25846f7237f104d1a3cd20256d29010000001600143ca33c2e4446f4a305f23c80df8a"
                            + "d1afdcf652f900000000"));
    static final OutPoint FUNDING = new OutPoint(
            TxId.fromText("8984484a580b825b9972d7adb15050b3ab624ccd731946b3eeddb92f4e7ef6be"), 0);
    static final Satoshi FUNDING_AMOUNT = new Satoshi(10_000_000);
    static final long NUMBER = 42;
    static final int DELAY = 144;
    static final PrivateKey PER_COMMITMENT_SECRET = PrivateKey
            .fromHex("1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100");
    static final PublicKey PER_COMMITMENT_POINT = Curve.publicKey(PER_COMMITMENT_SECRET);

    /** The opener and owner of the commitments. The vectors have no revocation secret of this side: any will do. */
    static final ChannelKeys LOCAL = keys(
            "30ff4956bbdd3222d44cc5e8a1261dab1e07957bdac5ae88fe3261ef321f3749", "55", "11", "33", "11");
    /** The vectors have no delayed payment secret of this side: any will do. */
    static final ChannelKeys REMOTE = keys(
            "1552dfba4f6cf29a62a0af13c8d6981d36d0ef8d61ba10fb0fe90da7634d7e13", "22", "44", "66", "44");

    private Bolt3() {}

    static CommitmentParameters parameters(CommitmentFormat format, Satoshi dustLimit) {
        return new CommitmentParameters(
                format, FUNDING, FUNDING_AMOUNT, true, dustLimit, DELAY, LOCAL.basepoints(), REMOTE.basepoints());
    }

    static Commitment build(
            CommitmentParameters parameters, long feerate, long toLocalMsat, long toRemoteMsat, int... htlcs) {
        List<CommittedHtlc> chosen = java.util.Arrays.stream(htlcs).mapToObj(Bolt3::htlc).toList();
        var spec = new CommitmentSpec(
                new FeeratePerKw(feerate), new MilliSatoshi(toLocalMsat), new MilliSatoshi(toRemoteMsat), chosen);
        return Commitments.build(parameters, spec, NUMBER, PER_COMMITMENT_POINT);
    }

    /** The published HTLC of a number, 0..6. */
    static CommittedHtlc htlc(int number) {
        return switch (number) {
            case 0 -> htlc(number, CommittedHtlc.Direction.RECEIVED, 1_000_000, 500);
            case 1 -> htlc(number, CommittedHtlc.Direction.RECEIVED, 2_000_000, 501);
            case 2 -> htlc(number, CommittedHtlc.Direction.OFFERED, 2_000_000, 502);
            case 3 -> htlc(number, CommittedHtlc.Direction.OFFERED, 3_000_000, 503);
            case 4 -> htlc(number, CommittedHtlc.Direction.RECEIVED, 4_000_000, 504);
            case 5 -> htlc(number, CommittedHtlc.Direction.OFFERED, 5_000_000, 506);
            case 6 -> htlc(number, CommittedHtlc.Direction.OFFERED, 5_000_001, 505);
            default -> throw new IllegalArgumentException("no HTLC " + number);
        };
    }

    /** The preimage of a published HTLC: its number in each byte, but number 6 shares that of 5. */
    static PaymentPreimage preimage(long number) {
        return PaymentPreimage.fromHex(String.format("%02x", Math.min(number, 5)).repeat(32));
    }

    private static CommittedHtlc htlc(int id, CommittedHtlc.Direction direction, long msat, int expiry) {
        var hash = new PaymentHash(Hashes.sha256(preimage(id).bytes()).bytes());
        return new CommittedHtlc(direction, id, new MilliSatoshi(msat), hash, new CltvExpiry(expiry));
    }

    private static ChannelKeys keys(String funding, String revocation, String payment, String delayed, String htlc) {
        return ChannelKeys.of(
                PrivateKey.fromHex(funding), PrivateKey.fromHex(revocation.repeat(32)),
                PrivateKey.fromHex(payment.repeat(32)), PrivateKey.fromHex(delayed.repeat(32)),
                PrivateKey.fromHex(htlc.repeat(32)), Bytes32.ZERO);
    }
}
