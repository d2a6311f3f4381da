package fulgurite.protocol.noise;

import fulgurite.protocol.noise.CipherState.Decrypted;
import fulgurite.protocol.noise.CipherState.Encrypted;
import fulgurite.protocol.noise.HandshakeStep.Complete;
import fulgurite.protocol.noise.HandshakeStep.Failed;
import fulgurite.protocol.noise.HandshakeStep.Proceed;
import fulgurite.protocol.noise.NoiseEvent.Broken;
import fulgurite.protocol.noise.NoiseEvent.Established;
import fulgurite.protocol.noise.NoiseEvent.Message;
import fulgurite.protocol.noise.NoiseEvent.Reply;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection's encryption, from the first byte to the last: the handshake, then messages both ways. It is fed the
 * byte stream in pieces of any size. It does no I/O, but it is mutable, so that a stream costs no copies: it belongs to
 * one owner, who calls it from one thread at a time.
 *
 * <pre>
 * var session = NoiseSession.initiator(localStatic, remote, ephemeral);
 * line.send(session.opening());
 * for (NoiseEvent event : session.receive(chunk)) …
 * line.send(session.encrypt(message));                       // after Established
 * </pre>
 *
 * @bolt 8
 */
public final class NoiseSession {
    private sealed interface Phase {
        record Shaking(Handshake handshake) implements Phase {}

        record AwaitingHeader() implements Phase {}

        /** @param size of the message, 0..65535, without its tag */
        record AwaitingBody(int size) implements Phase {}

        record Over() implements Phase {}
    }

    private final Bytes opening;
    private final Inbox inbox = new Inbox();
    private Phase phase;
    private Optional<CipherPair> ciphers = Optional.empty();

    private NoiseSession(Handshake handshake, Bytes opening) {
        this.phase = new Phase.Shaking(handshake);
        this.opening = opening;
    }

    /** The side that dials. Arguments and errors as {@link Handshake#initiate}. */
    public static NoiseSession initiator(PrivateKey localStatic, NodeId remote, PrivateKey ephemeral) {
        Proceed first = Handshake.initiate(localStatic, remote, ephemeral);
        return new NoiseSession(first.next(), first.send());
    }

    /** The side that is dialled. Arguments and errors as {@link Handshake#respond}. */
    public static NoiseSession responder(PrivateKey localStatic, PrivateKey ephemeral) {
        return new NoiseSession(Handshake.respond(localStatic, ephemeral), Bytes.EMPTY);
    }

    /** What to send before anything is received: act one, or nothing for a responder. */
    public Bytes opening() {
        return opening;
    }

    /** Whether messages can be encrypted. */
    public boolean isEstablished() {
        return ciphers.isPresent();
    }

    /** Takes the next piece of the stream, of any size. After {@link Broken} everything is ignored. */
    public List<NoiseEvent> receive(Bytes chunk) {
        var events = new ArrayList<NoiseEvent>();
        inbox.add(chunk);
        while (step(events)) continue;
        return events;
    }

    /**
     * The frame to send for one message.
     *
     * @param message 0..65535 bytes
     * @throws IllegalStateException before {@link Established} or after {@link Broken}
     */
    public Bytes encrypt(Bytes message) {
        CipherPair pair = ciphers.orElseThrow(() -> new IllegalStateException("the session is not established"));
        Encrypted encrypted = pair.sending().encrypt(message);
        ciphers = Optional.of(new CipherPair(encrypted.next(), pair.receiving()));
        return encrypted.frame();
    }

    /** Whether there was enough for one step, and more may follow. */
    private boolean step(List<NoiseEvent> events) {
        return switch (phase) {
            case Phase.Shaking shaking -> inbox.take(shaking.handshake().expectedBytes())
                    .map(act -> shake(shaking.handshake().receive(act), events))
                    .orElse(false);
            case Phase.AwaitingHeader() -> inbox.take(CipherState.HEADER_SIZE)
                    .map(header -> open(header, events, plain -> {
                        phase = new Phase.AwaitingBody(plain.unsigned(0) << 8 | plain.unsigned(1));
                    }))
                    .orElse(false);
            case Phase.AwaitingBody(int size) -> inbox.take(size + CipherState.TAG_SIZE)
                    .map(body -> open(body, events, plain -> {
                        events.add(new Message(plain));
                        phase = new Phase.AwaitingHeader();
                    }))
                    .orElse(false);
            case Phase.Over() -> {
                inbox.clear();
                yield false;
            }
        };
    }

    private boolean shake(HandshakeStep step, List<NoiseEvent> events) {
        switch (step) {
            case Proceed(Handshake next, Bytes send) -> {
                events.add(new Reply(send));
                phase = new Phase.Shaking(next);
            }
            case Complete(CipherPair pair, NodeId remote, Bytes send) -> {
                if (!send.isEmpty()) events.add(new Reply(send));
                events.add(new Established(remote));
                ciphers = Optional.of(pair);
                phase = new Phase.AwaitingHeader();
            }
            case Failed(HandshakeFailure reason) -> breakOff("the handshake failed: " + reason, events);
        }
        return true;
    }

    private boolean open(Bytes part, List<NoiseEvent> events, Consumer<Bytes> then) {
        CipherPair pair = ciphers.orElseThrow();
        Optional<Decrypted> opened = pair.receiving().decrypt(part);
        if (opened.isEmpty()) {
            breakOff("a message does not authenticate", events);
        } else {
            ciphers = Optional.of(new CipherPair(pair.sending(), opened.get().next()));
            then.accept(opened.get().plaintext());
        }
        return true;
    }

    private void breakOff(String reason, List<NoiseEvent> events) {
        events.add(new Broken(reason));
        ciphers = Optional.empty();
        phase = new Phase.Over();
    }
}
