package fulgurite.node.payment;

import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.Entropy;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.payment.forwarded.Forwarding;
import fulgurite.protocol.units.PrivateKey;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Gives the answers to HTLCs that are for us. A payer who knows where a blinded path begins, but not that it ends there,
 * is not to learn it from the time that a failure takes: where the path's key came in the onion, a failure is held back
 * for a random while, as by any node with which a path begins. What is held back has been decided: whatever else arrives,
 * that HTLC fails. Not thread-safe.
 *
 * @bolt 4, payload format, Requirements, "SHOULD add a random delay before returning errors"
 */
final class FinalAnswers<C> {
    private static final int LONGEST_DELAY_MS = 1_000;

    private final LocalChannels channels;
    private final PrivateKey nodeKey;
    private final Entropy entropy;
    private final TimerScheduler<C> timers;
    private final Function<HtlcKey, C> due;
    private final SortedMap<HtlcKey, HtlcAnswer> failing = new TreeMap<>();

    /** @param due is sent when a failure has been held back for long enough: see {@link #again} */
    FinalAnswers(LocalChannels channels, PrivateKey nodeKey, Entropy entropy, TimerScheduler<C> timers,
            Function<HtlcKey, C> due) {
        this.channels = channels;
        this.nodeKey = nodeKey;
        this.entropy = entropy;
        this.timers = timers;
        this.due = due;
    }

    /** How long a failure of a blinded path that begins here is held back. */
    static Duration delay(Entropy entropy) {
        var drawn = entropy.next().bytes();
        return Duration.ofMillis((drawn.unsigned(0) << 8 | drawn.unsigned(1)) % LONGEST_DELAY_MS);
    }

    void give(HtlcAnswer answer) {
        if (answer instanceof HtlcAnswer.Fulfil || !isAtIntroduction(answer.htlc())) {
            tell(answer);
            return;
        }
        if (failing.putIfAbsent(answer.htlc(), answer) == null)
            timers.startSingleTimer(answer.htlc(), due.apply(answer.htlc()), delay(entropy));
    }

    boolean isFailing(HtlcKey htlc) {
        return failing.containsKey(htlc);
    }

    /** The failure once more, unless it is still held back: its time has come, or the channel asks again. */
    void again(HtlcKey htlc) {
        HtlcAnswer answer = failing.get(htlc);
        if (answer != null && !timers.isTimerActive(htlc)) tell(answer);
    }

    /** After a start timers are gone. */
    void resume() {
        failing.keySet().forEach(this::again);
    }

    /** A channel has changed: what it has the answer for, or has no more, is forgotten. */
    void channelChanged() {
        failing.keySet().removeIf(key -> find(key).filter(htlc -> htlc.removal().isEmpty()).isEmpty());
    }

    private void tell(HtlcAnswer answer) {
        channels.find(answer.htlc().channelId())
                .ifPresent(channel -> channel.actor().tell(new ChannelActor.Tell(Answers.command(answer))));
    }

    private boolean isAtIntroduction(HtlcKey key) {
        return find(key).map(htlc -> Arrival.open(nodeKey, new IncomingHtlc(key, htlc.amount(), htlc.expiry(),
                htlc.paymentHash(), htlc.onion(), htlc.pathKey())))
                .filter(Forwarding::isIntroduction)
                .isPresent();
    }

    private Optional<Htlc> find(HtlcKey key) {
        return channels.find(key.channelId())
                .flatMap(LiveChannel::active)
                .flatMap(active -> active.ledger().find(Side.REMOTE, key.htlcId()));
    }
}
