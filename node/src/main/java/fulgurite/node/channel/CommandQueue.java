package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a channel has been told and has not decided yet, in the order in which it came; and what it has decided, until
 * that is known to be written. Not part of its state: what is lost here at a crash is lost as if it had never come.
 */
final class CommandQueue {
    private final ChannelHands hands;
    private final Runnable flush;
    private List<Told> waiting = new ArrayList<>();
    private List<Told> writing = List.of();
    private boolean flushing;
    private boolean resuming;

    /** @param line of a {@link ChannelCommand.LinkUp}, on which the channel speaks from then on */
    record Told(ChannelCommand command, Optional<ActorRef<ChannelActor.Outcome>> replyTo,
            Optional<ActorRef<PeerConnectionActor.Send>> line) {
        Told(ChannelCommand command, Optional<ActorRef<ChannelActor.Outcome>> replyTo) {
            this(command, replyTo, Optional.empty());
        }

        /** Tells whoever waits for it. @param index of the channel in the registry */
        void answer(long index, Decision decision) {
            replyTo.ifPresent(one -> one.tell(new ChannelActor.Outcome(index, command, decision)));
        }

        private boolean isLink() {
            return command instanceof ChannelCommand.LinkUp || command instanceof ChannelCommand.LinkLost;
        }
    }

    /** @param flush asks for a {@link #take}, soon */
    CommandQueue(ChannelHands hands, Runnable flush) {
        this.hands = hands;
        this.flush = flush;
    }

    void add(Told one) {
        waiting.add(one);
        flushSoon();
    }

    /** What was taken and not decided is taken first the next time. */
    void putBack(List<Told> taken) {
        waiting.addAll(0, taken);
        if (!taken.isEmpty()) flushSoon();
    }

    private void flushSoon() {
        if (flushing) return;
        flushing = true;
        flush.run();
    }

    /** Whether the next batch is the lost connection with which a channel that was read back begins. */
    boolean isResuming() {
        return resuming;
    }

    /**
     * What is decided together: all that waits, but never what is said on one line with what is said on the next; after
     * a restart the lost connection alone, so that the channel resumes before anything else. The hands are on its line.
     */
    List<Told> take() {
        flushing = false;
        int end = Math.min(1, waiting.size());
        if (!resuming) while (end < waiting.size() && !waiting.get(end).isLink()) end++;
        var batch = new ArrayList<>(waiting.subList(0, end));
        waiting = new ArrayList<>(waiting.subList(end, waiting.size()));
        if (!waiting.isEmpty()) flushSoon();
        if (!resuming) onItsLine(batch);
        resuming = false;
        return batch;
    }

    /** Takes up the line that the batch begins with, or gives it up; what comes without one is of a line that is gone. */
    private void onItsLine(List<Told> batch) {
        if (!batch.isEmpty() && batch.getFirst().isLink()) {
            Optional<ActorRef<PeerConnectionActor.Send>> line = batch.getFirst().line();
            // Attaching under the final id repeats the link on which the channel was opened.
            if (line.isPresent() && hands.isOn(line.get())) batch.removeFirst();
            else line.ifPresentOrElse(hands::connect, hands::disconnect);
        }
        if (!hands.isConnected()) batch.removeIf(one -> one.command() instanceof ChannelCommand.Receive);
    }

    /** @param batch which is decided; its outcome is not known before {@link #written} */
    void writing(List<Told> batch) {
        writing = batch;
    }

    void written() {
        writing = List.of();
    }

    /** Of a channel of which nothing is written: all of it has come to nothing. */
    List<Told> giveUp() {
        var all = new ArrayList<>(writing);
        all.addAll(waiting);
        writing = List.of();
        waiting = new ArrayList<>();
        flushing = false;
        return all;
    }

    /**
     * After a failed write the actor goes on with the same queue: what this node asked is decided again, and after it
     * what was not decided yet, as it came; before all of it the connection is lost.
     *
     * @param state as the journal has it
     * @return what was written after all
     */
    List<Told> resume(ChannelState state) {
        var again = new ArrayList<Told>();
        var over = new ArrayList<Told>();
        for (Told one : writing) (Again.isDue(state, one.command()) ? again : over).add(one);
        writing = List.of();
        waiting.addAll(0, again);
        waiting.addFirst(new Told(new ChannelCommand.LinkLost(), Optional.empty()));
        resuming = true;
        flushing = false;
        flushSoon();
        return over;
    }
}
