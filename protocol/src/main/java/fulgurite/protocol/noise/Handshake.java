package fulgurite.protocol.noise;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.noise.HandshakeStep.Complete;
import fulgurite.protocol.noise.HandshakeStep.Failed;
import fulgurite.protocol.noise.HandshakeStep.Proceed;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/**
 * One side of a Noise_XK handshake while it waits for the other side's act. Three acts: the initiator's ephemeral key,
 * the responder's, then the initiator's static key under the keys agreed so far. A state takes exactly
 * {@link #expectedBytes()} bytes, once.
 *
 * <pre>
 * initiate → AwaitingActTwo → Complete          respond → AwaitingActOne → AwaitingActThree → Complete
 * </pre>
 *
 * Ephemeral keys come in as values: the caller draws a fresh one for each handshake.
 *
 * @bolt 8, Authenticated Key Exchange Handshake Specification
 */
public sealed interface Handshake {
    int ACT_ONE_SIZE = 50;
    int ACT_TWO_SIZE = 50;
    int ACT_THREE_SIZE = 66;

    /** The size of the act that this state waits for. */
    int expectedBytes();

    /** Takes the other side's act. Fewer or more bytes than expected are a failed read. */
    HandshakeStep receive(Bytes act);

    /**
     * Dials: the first step has act one to send.
     *
     * @param remote the responder's static key, known beforehand
     * @param ephemeral a fresh secret, 1..n-1, never used again
     * @throws IllegalArgumentException when {@code remote} is not on the curve or a secret is out of range
     */
    static Proceed initiate(PrivateKey localStatic, NodeId remote, PrivateKey ephemeral) {
        requireValid(localStatic, ephemeral);
        if (!Curve.isOnCurve(remote.key()))
            throw new IllegalArgumentException("the node id " + remote + " is not a point on the curve");
        PublicKey ourEphemeral = Curve.publicKey(ephemeral);
        Transcript mixed = Transcript.start(remote.key())
                .mixHash(ourEphemeral.bytes())
                .mixKey(Curve.sharedSecret(ephemeral, remote.key()));
        Bytes tag = mixed.seal(0, Bytes.EMPTY);
        return new Proceed(
                new AwaitingActTwo(localStatic, ephemeral, remote, mixed.mixHash(tag)),
                Bytes.concat(Acts.VERSION, ourEphemeral.bytes(), tag));
    }

    /**
     * Answers whoever dials.
     *
     * @param ephemeral a fresh secret, 1..n-1, never used again
     * @throws IllegalArgumentException when a secret is out of range
     */
    static Handshake respond(PrivateKey localStatic, PrivateKey ephemeral) {
        requireValid(localStatic, ephemeral);
        return new AwaitingActOne(localStatic, ephemeral, Transcript.start(Curve.publicKey(localStatic)));
    }

    private static void requireValid(PrivateKey localStatic, PrivateKey ephemeral) {
        if (!Curve.isValidSecret(localStatic)) throw new IllegalArgumentException("the static secret is not 1..n-1");
        if (!Curve.isValidSecret(ephemeral)) throw new IllegalArgumentException("the ephemeral secret is not 1..n-1");
    }

    /** The initiator, after act one. */
    record AwaitingActTwo(PrivateKey localStatic, PrivateKey ephemeral, NodeId remote, Transcript transcript)
            implements
            Handshake {
        @Override
        public int expectedBytes() {
            return ACT_TWO_SIZE;
        }

        @Override
        public HandshakeStep receive(Bytes act) {
            if (act.size() != ACT_TWO_SIZE) return new Failed(HandshakeFailure.ACT2_READ_FAILED);
            if (!Acts.hasKnownVersion(act)) return new Failed(HandshakeFailure.ACT2_BAD_VERSION);
            Optional<PublicKey> key = Acts.parseKey(act.slice(1, 34));
            if (key.isEmpty()) return new Failed(HandshakeFailure.ACT2_BAD_PUBKEY);
            PublicKey theirs = key.get();
            Transcript mixed = transcript.mixHash(theirs.bytes()).mixKey(Curve.sharedSecret(ephemeral, theirs));
            Bytes tag = act.slice(34, 50);
            if (mixed.open(0, tag).isEmpty()) return new Failed(HandshakeFailure.ACT2_BAD_TAG);
            return actThree(mixed.mixHash(tag), theirs);
        }

        private Complete actThree(Transcript afterActTwo, PublicKey theirEphemeral) {
            Bytes sealedKey = afterActTwo.seal(1, Curve.publicKey(localStatic).bytes());
            Transcript mixed = afterActTwo.mixHash(sealedKey).mixKey(Curve.sharedSecret(localStatic, theirEphemeral));
            Bytes tag = mixed.seal(0, Bytes.EMPTY);
            return new Complete(mixed.splitForInitiator(), remote, Bytes.concat(Acts.VERSION, sealedKey, tag));
        }

        @Override
        public String toString() {
            return "AwaitingActTwo(" + remote + ")";
        }
    }

    /** The responder, before anything. */
    record AwaitingActOne(PrivateKey localStatic, PrivateKey ephemeral, Transcript transcript) implements Handshake {
        @Override
        public int expectedBytes() {
            return ACT_ONE_SIZE;
        }

        @Override
        public HandshakeStep receive(Bytes act) {
            if (act.size() != ACT_ONE_SIZE) return new Failed(HandshakeFailure.ACT1_READ_FAILED);
            if (!Acts.hasKnownVersion(act)) return new Failed(HandshakeFailure.ACT1_BAD_VERSION);
            Optional<PublicKey> key = Acts.parseKey(act.slice(1, 34));
            if (key.isEmpty()) return new Failed(HandshakeFailure.ACT1_BAD_PUBKEY);
            PublicKey theirs = key.get();
            Transcript mixed = transcript.mixHash(theirs.bytes()).mixKey(Curve.sharedSecret(localStatic, theirs));
            Bytes tag = act.slice(34, 50);
            if (mixed.open(0, tag).isEmpty()) return new Failed(HandshakeFailure.ACT1_BAD_TAG);
            return actTwo(mixed.mixHash(tag), theirs);
        }

        private Proceed actTwo(Transcript afterActOne, PublicKey theirEphemeral) {
            PublicKey ourEphemeral = Curve.publicKey(ephemeral);
            Transcript mixed = afterActOne.mixHash(ourEphemeral.bytes())
                    .mixKey(Curve.sharedSecret(ephemeral, theirEphemeral));
            Bytes tag = mixed.seal(0, Bytes.EMPTY);
            return new Proceed(
                    new AwaitingActThree(ephemeral, mixed.mixHash(tag)),
                    Bytes.concat(Acts.VERSION, ourEphemeral.bytes(), tag));
        }

        @Override
        public String toString() {
            return "AwaitingActOne";
        }
    }

    /** The responder, after act two. */
    record AwaitingActThree(PrivateKey ephemeral, Transcript transcript) implements Handshake {
        @Override
        public int expectedBytes() {
            return ACT_THREE_SIZE;
        }

        @Override
        public HandshakeStep receive(Bytes act) {
            if (act.size() != ACT_THREE_SIZE) return new Failed(HandshakeFailure.ACT3_READ_FAILED);
            if (!Acts.hasKnownVersion(act)) return new Failed(HandshakeFailure.ACT3_BAD_VERSION);
            Bytes sealedKey = act.slice(1, 50);
            Optional<Bytes> opened = transcript.open(1, sealedKey);
            if (opened.isEmpty()) return new Failed(HandshakeFailure.ACT3_BAD_CIPHERTEXT);
            Optional<PublicKey> key = opened.flatMap(Acts::parseKey);
            if (key.isEmpty()) return new Failed(HandshakeFailure.ACT3_BAD_PUBKEY);
            PublicKey theirs = key.get();
            Transcript mixed = transcript.mixHash(sealedKey).mixKey(Curve.sharedSecret(ephemeral, theirs));
            if (mixed.open(0, act.slice(50, 66)).isEmpty()) return new Failed(HandshakeFailure.ACT3_BAD_TAG);
            return new Complete(mixed.splitForResponder(), new NodeId(theirs), Bytes.EMPTY);
        }

        @Override
        public String toString() {
            return "AwaitingActThree";
        }
    }
}
