package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.OpenChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel between us and them, on a chain that both follow. We have 600,000 satoshis in it and they 400,000, whoever
 * has funded it. {@code us} is whose rights a story is about; {@code them} is as honest as we are unless it is told to
 * start from an old backup.
 */
final class TwoEnds {
    static final int DELAY = 8;
    static final int REASONABLE_DEPTH = 6;
    static final int FINAL_DEPTH = 100;
    static final long OURS = 600_000;
    static final long THEIRS = 400_000;
    /** What fees may take from who brings money home while nothing is urgent: a hundredth of the channel. */
    static final long MOST_FEES = 10_000;
    private static final Satoshi CAPACITY = new Satoshi(OURS + THEIRS);
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1_000);
    private static final Bytes ONION = Bytes.zeros(1366);
    private static final ChannelLimits LIMITS = new ChannelLimits(
            new Satoshi(354), new Satoshi(1_000), 1, true, new CltvDelta(DELAY), new CltvDelta(2016), 100,
            new MilliSatoshi(1), 483, 1, 12, new Satoshi(10_000), FeeratePerKw.FLOOR, new FeeratePerKw(100_000),
            new MilliSatoshi(50_000_000), 2, REASONABLE_DEPTH, FINAL_DEPTH, 18, 20, false, true);

    final World world;
    final End us;
    final End them;
    private final Setting setting;

    private TwoEnds(World world, Party ours, Party theirs, Setting setting, long index) {
        this.world = world;
        this.setting = setting;
        Features features = Features.optional(Feature.DATA_LOSS_PROTECT, Feature.UPFRONT_SHUTDOWN_SCRIPT,
                Feature.STATIC_REMOTEKEY, Feature.SHUTDOWN_ANYSEGWIT, Feature.CHANNEL_TYPE, Feature.ANCHORS);
        us = new End(ours, index, setting.anchors ? features : features.without(Feature.ANCHORS), LIMITS);
        them = new End(theirs, index, features, LIMITS);
    }

    /** Open and ready, in a world where nobody is yet, and both have coins for fees beside it. */
    static TwoEnds open(World world, Setting setting) {
        Party ours = world.party("us");
        Party theirs = world.party("them");
        ours.give(1_500_000, 100_000, 100_000, 100_000);
        theirs.give(1_500_000, 100_000, 100_000, 100_000);
        world.follow();
        return open(world, ours, theirs, setting, 1);
    }

    /** One more between these, open and ready; what they own is counted from then on. */
    static TwoEnds open(World world, Party ours, Party theirs, Setting setting, long index) {
        var two = new TwoEnds(world, ours, theirs, setting, index);
        two.opener()
                .tell(new OpenAsFunder(two.accepter().party.nodeId(), two.accepter().features(), index,
                        new ChannelId(Hashes.sha256(Bytes.zeros((int) index)).bytes()), new ShortChannelId(7 + index),
                        CAPACITY,
                        new Satoshi(setting.weFund ? THEIRS : OURS).toMilliSatoshi(), FEERATE, false, false));
        two.deliverAll();
        world.mine(1);
        two.deliverAll();
        assertThat(two.us.state).isInstanceOf(ChannelState.Normal.class);
        assertThat(two.them.state).isInstanceOf(ChannelState.Normal.class);
        assertThat(two.us.channel().terms().format().hasAnchors()).isEqualTo(setting.anchors);
        world.parties.forEach(Party::startCounting);
        return two;
    }

    End opener() {
        return setting.weFund ? us : them;
    }

    End accepter() {
        return setting.weFund ? them : us;
    }

    End other(End one) {
        return one == us ? them : us;
    }

    /** Offers an HTLC of a preimage's number, and nothing more. @return its id */
    long offer(End from, int number, long sat, int expiry) {
        long id = from.channel().ledger().nextOffered();
        from.tell(new OfferHtlc(new Satoshi(sat).toMilliSatoshi(), hash(number), new CltvExpiry(expiry), ONION,
                new HtlcOrigin.Local(new Bytes32(hash(number).bytes()), 0)));
        return id;
    }

    /** Offers an HTLC, and both commit to it irrevocably. */
    long htlc(End from, int number, long sat, int expiry) {
        long id = offer(from, number, sat, expiry);
        commit();
        return id;
    }

    /** Removes an HTLC with its preimage, and both commit to that. */
    void fulfil(End by, long id, int number) {
        by.tell(new FulfilHtlc(id, preimage(number)));
        deliverAll();
        commit();
    }

    /** It signs, and all that it has said arrives; nothing comes back. */
    void sign(End from) {
        from.tell(new Commit());
        deliverAll(from);
    }

    /** Both sign and revoke until nothing is left to sign. */
    void commit() {
        for (int round = 0; round < 3; round++)
            for (End end : List.of(us, them)) {
                deliverAll();
                end.tell(new Commit());
                deliverAll();
            }
    }

    /** It knows the preimage and cannot say so, for the line is cut. */
    void learn(End by, long id, int number) {
        cut();
        by.tell(new FulfilHtlc(id, preimage(number)));
        by.outbox.clear();
    }

    /** What is on its way is lost, and nothing is heard of the other any more. */
    void cut() {
        for (End end : List.of(us, them)) {
            end.outbox.clear();
            end.tell(new LinkLost());
            end.outbox.clear();
        }
    }

    void reconnect() {
        us.tell(new LinkUp(them.features()));
        them.tell(new LinkUp(us.features()));
        deliverAll();
    }

    void deliverAll() {
        while (!us.outbox.isEmpty() || !them.outbox.isEmpty()) {
            deliverOne(us);
            deliverOne(them);
        }
    }

    /** All that one side has said, and nothing of the other's. */
    void deliverAll(End from) {
        while (!from.outbox.isEmpty()) deliverOne(from);
    }

    void deliverOne(End from) {
        LightningMessage message = from.outbox.poll();
        if (message == null) return;
        End to = other(from);
        if (message instanceof OpenChannel open)
            to.tell(new AcceptAsFundee(from.party.nodeId(), from.features(), to.index(), new ShortChannelId(8), open));
        else
            to.tell(new Receive(message));
        world.follow();
    }

    /**
     * We sign the next commitment of them, with one HTLC more; what they answer is lost, and the line is cut. Both
     * their current and their next commitment are valid now.
     *
     * @return that HTLC's id, and how long their journal was before
     */
    Between signNext(int number, long sat, int expiry) {
        int before = them.journal.size();
        long id = offer(us, number, sat, expiry);
        us.tell(new Commit());
        deliverAll(us);
        cut();
        return new Between(id, before);
    }

    record Between(long id, int theirJournalBefore) {}

    /** They go on chain with one of their two valid commitments. We have cut the line before. */
    void theyClose(Theirs which, Between between) {
        if (which == Theirs.CURRENT) them.restore(between.theirJournalBefore());
        them.tell(new ForceClose());
        world.follow();
    }

    void theyClose() {
        cut();
        them.tell(new ForceClose());
        world.follow();
    }

    void weClose() {
        cut();
        us.tell(new ForceClose());
        world.follow();
    }

    /** They start from an old backup and publish what was their latest commitment then: it is revoked. @return it */
    Tx theyCheat(int journal) {
        cut();
        them.restore(journal);
        Tx revoked = them.commitment();
        them.tell(new ForceClose());
        world.follow();
        return revoked;
    }

    static PaymentPreimage preimage(int number) {
        return new PaymentPreimage(Bytes.fromHex(String.format("%02x", number).repeat(32)));
    }

    static PaymentHash hash(int number) {
        return new PaymentHash(Hashes.sha256(preimage(number).bytes()).bytes());
    }

    /** Our wallet and theirs have from the channel what they should, less fees. */
    void assertShares(long ours, long theirs) {
        assertGain(us, ours);
        assertGain(them, theirs);
    }

    void assertGain(End end, long sat) {
        assertGain(end, sat, MOST_FEES);
    }

    void assertGain(End end, long sat, long mostFees) {
        assertThat(end.party.gain()).as(end.party.name + " has brought home").isBetween(sat - mostFees, sat);
    }

    /** An output of that amount. */
    static OutPoint output(Tx tx, long sat) {
        for (int i = 0; i < tx.outputs().size(); i++)
            if (tx.outputs().get(i).amount().sat() == sat) return new OutPoint(tx.txid(), i);
        throw new AssertionError("no output of " + sat + " sat in " + tx);
    }

    /** What has spent the funding in a block. */
    Tx onChain() {
        return world.confirmedSpender(us.channel().funding()).orElseThrow();
    }

    /** Whether an origin was told that its HTLC was paid, just once and nothing else. */
    void assertFulfilled(End end, long id, int number) {
        assertThat(results(end, id)).containsExactly(new HtlcResult.Fulfilled(preimage(number)));
    }

    void assertFailed(End end, long id) {
        assertThat(results(end, id)).hasSize(1).noneMatch(result -> result instanceof HtlcResult.Fulfilled);
    }

    void assertUntold(End end, long id) {
        assertThat(results(end, id)).as("what the origin of HTLC " + id + " was told").isEmpty();
    }

    List<HtlcResult> results(End end, long id) {
        var results = new ArrayList<HtlcResult>();
        for (End.Settled each : end.settled) if (each.htlcId() == id) results.add(each.result());
        return results;
    }

    /** Until both are done with it. */
    void mineUntilClosed() {
        for (int i = 0; i < 3 * FINAL_DEPTH && !(us.isClosed() && them.isClosed()); i++) world.mine(1);
        assertThat(us.isClosed() && them.isClosed()).as("both are done").isTrue();
    }
}
