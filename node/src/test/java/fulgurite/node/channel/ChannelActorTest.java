package fulgurite.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.JournalOperation;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.ProcessingPolicy;
import akka.persistence.testkit.ProcessingResult;
import akka.persistence.testkit.ProcessingSuccess;
import akka.persistence.testkit.WriteEvents;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.journal.EventSerializer;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.LightningMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The duties of the shell: journal first, then act; batches; going on after a restart. */
class ChannelActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create(EventSerializer.bindings()
            .withFallback(ConfigFactory.parseString("akka.actor.allow-java-serialization = off\n"
                    + "akka.actor.testkit.typed.single-expect-default = 20s"))
            .withFallback(PersistenceTestKitPlugin.config()));
    private static final int OFFERS = 40;
    private static final ChannelId TEMPORARY = new ChannelId(Bytes.zeros(32));
    private static long nextIndex;

    private final PersistenceTestKit journal = PersistenceTestKit.create(KIT.system());
    private final long index = nextIndex++;
    private final String id = ChannelActor.persistenceId("test", index);
    private final PurePeer bob = new PurePeer(2);
    private final TestProbe<ChannelActor.Emitted> owner = KIT.createTestProbe();
    private final TestProbe<ChainWatcher.Command> chain = KIT.createTestProbe();
    private final TestProbe<WalletActor.Command> wallet = KIT.createTestProbe();
    private final TestProbe<PeersActor.Command> peers = KIT.createTestProbe();
    private final TestProbe<PeerConnectionActor.Send> line = KIT.createTestProbe();
    private final TestProbe<ChannelActor.Outcome> outcomes = KIT.createTestProbe();
    private ActorRef<ChannelActor.Command> alice = KIT.system().deadLetters().unsafeUpcast();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void spawn() {
        alice = KIT.spawn(ChannelActor.create("test",
                new ChannelActor.Identity(index, bob.nodeId(), new BlockHeight(100), Optional.empty()),
                PurePeer.context(1), new ChannelActor.Ports(owner.ref(), chain.ref(), wallet.ref(), peers.ref())));
    }

    @Test
    void nothing_is_sent_when_the_journal_has_failed() {
        owner.expectMessageClass(ChannelActor.Started.class);
        journal.failNextPersisted(id);

        begin();

        // Recovered after the failure: whatever the lost command would have sent was to go out before this.
        owner.expectMessageClass(ChannelActor.Started.class);
        line.expectNoMessage(Duration.ZERO);
        assertThat(journal.persistedInStorage(id)).isEmpty();
    }

    @Test
    void the_journal_is_written_before_the_peer_hears() {
        begin();

        line.receiveMessage();
        assertThat(journal.persistedInStorage(id)).singleElement()
                .isInstanceOf(ChannelEvent.OpeningProposed.class);
    }

    @Test
    void what_arrives_together_is_one_journal_write_and_one_commitment() {
        open();
        var release = new CountDownLatch(1);
        var held = new HeldWrites(release);
        journal.withPolicy(held);
        int before = journal.persistedInStorage(id).size();

        for (int i = 0; i < OFFERS; i++) alice.tell(new ChannelActor.Execute(offer(i), outcomes.ref()));
        release.countDown();

        for (ChannelActor.Outcome outcome : outcomes.receiveSeveralMessages(OFFERS))
            assertThat(outcome.decision()).isInstanceOf(Decision.Accepted.class);
        List<Object> written = journal.persistedInStorage(id);
        assertThat(written.subList(before, written.size())).filteredOn(ChannelEvent.HtlcOffered.class::isInstance)
                .hasSize(OFFERS);
        // The first write held up all the others; they are the second, whose commitment waits for the peer.
        assertThat(written.subList(before, written.size())).filteredOn(ChannelEvent.CommitmentSent.class::isInstance)
                .hasSize(1);
        assertThat(held.writes).isLessThanOrEqualTo(2);
        journal.resetPolicy();
    }

    @Test
    void after_a_restart_the_state_is_the_same_and_the_channel_listens_again() {
        open();
        KIT.stop(alice);
        ChannelState last = lastState();

        spawn();

        var again = (ChannelActor.Started) fish(owner, ChannelActor.Started.class::isInstance);
        assertThat(again.state()).isEqualTo(last);
        ChannelId channel = ((ChannelState.Normal) last).channel().id();
        fish(peers, command -> command instanceof PeersActor.ToPeer(var peer, PeerActor.AttachChannel attach)
                && attach.channel().equals(channel));
        assertThat(journal.persistedInStorage(id)).last().isInstanceOf(ChannelEvent.class);
    }

    @Test
    void what_would_break_an_invariant_is_neither_recorded_nor_sent_and_the_channel_stops() throws Exception {
        open();
        var release = new CountDownLatch(1);
        var held = new HeldWrites(release);
        journal.withPolicy(held);
        int before = journal.persistedInStorage(id).size();

        alice.tell(new ChannelActor.Execute(offer(0), outcomes.ref()));
        held.begun.await();
        // While that is written, more arrives and is one batch: an offer, then one whose deadline leaves no time to pass
        // its result on, then another offer. Nothing of it may happen.
        alice.tell(new ChannelActor.Execute(offer(1), outcomes.ref()));
        alice.tell(new ChannelActor.Execute(forward(), outcomes.ref()));
        alice.tell(new ChannelActor.Execute(offer(2), outcomes.ref()));
        release.countDown();

        var stopped = (ChannelActor.Stopped) fish(owner, ChannelActor.Stopped.class::isInstance);
        journal.resetPolicy();
        List<Object> written = journal.persistedInStorage(id);
        assertThat(written.subList(before, written.size())).hasSize(2);
        assertThat(stopped.reason()).contains("event " + (written.size() + 2) + " (HtlcOffered)", "expires at 200",
                "'fulgurite journal show'");
        assertThat(outcomes.receiveMessage().decision()).isInstanceOf(Decision.Accepted.class);
        for (ChannelActor.Outcome outcome : outcomes.receiveSeveralMessages(3))
            assertThat(outcome.decision()).isEqualTo(Decision.refuse(new Refusal.Stopped(stopped.reason())));
        assertThat(line.receiveMessage().messages()).extracting(message -> message.getClass().getSimpleName())
                .containsExactly("UpdateAddHtlc", "CommitmentSigned");
        line.expectNoMessage(Duration.ZERO);
    }

    @Test
    void a_stopped_channel_can_still_be_closed_by_force_and_says_nothing_to_its_peer() {
        open();
        alice.tell(new ChannelActor.Execute(forward(), outcomes.ref()));
        outcomes.receiveMessage();

        alice.tell(new ChannelActor.Execute(new ChannelCommand.Shutdown(Bytes.EMPTY), outcomes.ref()));
        assertThat(outcomes.receiveMessage().decision()).isInstanceOf(Decision.Refused.class);
        alice.tell(new ChannelActor.Execute(new ChannelCommand.ForceClose(), outcomes.ref()));
        assertThat(outcomes.receiveMessage().decision()).isInstanceOf(Decision.Accepted.class);

        fish(chain, ChainWatcher.Publish.class::isInstance);
        assertThat(lastState()).isInstanceOf(ChannelState.Closing.class);
        line.expectNoMessage(Duration.ZERO);
    }

    @Test
    void unchecked_a_channel_does_what_its_rules_decide() {
        KIT.stop(alice);
        alice = KIT.spawn(ChannelActor.create("test",
                new ChannelActor.Identity(index, bob.nodeId(), new BlockHeight(100), Optional.empty()),
                PurePeer.context(1), new ChannelActor.Ports(owner.ref(), chain.ref(), wallet.ref(), peers.ref()),
                false));
        open();

        alice.tell(new ChannelActor.Execute(forward(), outcomes.ref()));

        assertThat(outcomes.receiveMessage().decision()).isInstanceOf(Decision.Accepted.class);
    }

    private static ChannelCommand forward() {
        var origin = new HtlcOrigin.Relayed(TEMPORARY, 3);
        return new ChannelCommand.OfferHtlc(new MilliSatoshi(1_000_000), new PaymentHash(Bytes.zeros(32)),
                new CltvExpiry(200), Bytes.zeros(1366), origin, Optional.of(new CltvExpiry(200)));
    }

    private ChannelState lastState() {
        ChannelState state = Channel.INITIAL;
        for (Object event : journal.persistedInStorage(id))
            state = Channel.evolve(state, (ChannelEvent) event);
        return state;
    }

    private void begin() {
        alice.tell(new ChannelActor.Begin(new ChannelCommand.OpenAsFunder(bob.nodeId(), PurePeer.FEATURES, 0, TEMPORARY,
                new ShortChannelId(7), new Satoshi(10_000_000), MilliSatoshi.ZERO, new FeeratePerKw(1000), false,
                false),
                TEMPORARY, line.ref(), outcomes.ref()));
    }

    /** Opens the channel with Bob, until both may use it. */
    private void open() {
        begin();
        outcomes.receiveMessage();
        ActorRef<PeerActor.ChannelNotice> inbox = inbox();
        exchange(inbox, line.receiveMessage().messages().getFirst());
        WalletActor.Fund fund = (WalletActor.Fund) wallet.receiveMessage();
        var tx = new Tx(2, List.of(TxInput.unsigned(new OutPoint(new TxId(Bytes.zeros(32)), 0), 0)), fund.outputs(), 0);
        fund.replyTo().tell(new WalletActor.Funded(tx, List.of(), Satoshi.ZERO));
        exchange(inbox, line.receiveMessage().messages().getFirst());
        var watch = (ChainWatcher.WatchConfirmed) fish(chain, ChainWatcher.WatchConfirmed.class::isInstance);
        watch.replyTo().tell(new ChainWatcher.ConfirmedNotice(watch.txid(), new BlockHeight(101), 1, 1, tx));
        var ready = bob.tell(new ChannelCommand.FundingConfirmed(new BlockHeight(101), 1, 1, tx));
        ready.forEach(message -> inbox.tell(new PeerActor.ChannelNotice.Received(message)));
        bob.receive(PurePeer.context(1).nodeId(), line.receiveMessage().messages().getFirst());
        fish(owner, emitted -> emitted instanceof ChannelActor.Changed changed
                && changed.state() instanceof ChannelState.Normal);
    }

    private ActorRef<PeerActor.ChannelNotice> inbox() {
        var attach = (PeersActor.ToPeer) fish(peers, command -> command instanceof PeersActor.ToPeer(var peer, var told)
                && told instanceof PeerActor.AttachChannel);
        return ((PeerActor.AttachChannel) attach.command()).inbox();
    }

    private void exchange(ActorRef<PeerActor.ChannelNotice> inbox, LightningMessage fromAlice) {
        for (LightningMessage answer : bob.receive(PurePeer.context(1).nodeId(), fromAlice))
            inbox.tell(new PeerActor.ChannelNotice.Received(answer));
    }

    private static <M> M fish(TestProbe<M> probe, Predicate<M> wanted) {
        return probe.fishForMessage(Duration.ofSeconds(10), message -> wanted.test(message)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore()).getLast();
    }

    private static ChannelCommand offer(int number) {
        Bytes32 hash = Hashes.sha256(Bytes.copyOf(new byte[]{(byte) number}));
        return new ChannelCommand.OfferHtlc(new MilliSatoshi(1_000_000), new PaymentHash(hash.bytes()),
                new CltvExpiry(200), Bytes.zeros(1366), new HtlcOrigin.Local(hash, 1));
    }

    /** Lets no event be written until it is released, and counts the writes. */
    private static final class HeldWrites implements ProcessingPolicy<JournalOperation> {
        volatile int writes;
        final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch release;

        HeldWrites(CountDownLatch release) {
            this.release = release;
        }

        @Override
        public ProcessingResult tryProcess(String persistenceId, JournalOperation operation) {
            if (operation instanceof WriteEvents) {
                writes++;
                begun.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return ProcessingSuccess.getInstance();
        }
    }
}
