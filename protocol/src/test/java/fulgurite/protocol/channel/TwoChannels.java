package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.ChannelState.Opening;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.FundingCreated;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.OpenChannel;
import java.nio.ByteBuffer;
import java.util.List;

/** Two channel machines and the wire between them, in memory. */
final class TwoChannels {
    static final Bytes ONION = Bytes.zeros(1366);
    final Participant alice;
    final Participant bob;
    /** Called after every step: what must hold at any moment. */
    Runnable invariant = () -> {};

    TwoChannels(ChannelLimits limits) {
        alice = new Participant("alice", limits);
        bob = new Participant("bob", limits);
    }

    /** A million satoshis, of which Alice has pushed 300,000 to Bob; confirmed and ready. */
    static TwoChannels open() {
        return open(ChannelLimits.REGTEST, false);
    }

    /** As {@link #open()}, with option_static_remotekey alone. */
    static TwoChannels openWithoutAnchors() {
        var both = new TwoChannels(ChannelLimits.REGTEST);
        both.bob.context = Participant.without(Feature.ANCHORS, both.bob.context);
        return ready(both, false);
    }

    static TwoChannels open(ChannelLimits limits, boolean zeroReserve) {
        return ready(new TwoChannels(limits), zeroReserve);
    }

    private static TwoChannels ready(TwoChannels both, boolean zeroReserve) {
        both.alice.tell(both.openCommand(zeroReserve));
        both.deliverAll();
        both.confirm(1);
        both.deliverAll();
        assertThat(both.alice.state).isInstanceOf(Normal.class);
        assertThat(both.bob.state).isInstanceOf(Normal.class);
        return both;
    }

    OpenAsFunder openCommand(boolean zeroReserve) {
        return openCommand(new MilliSatoshi(300_000_000), zeroReserve);
    }

    OpenAsFunder openCommand(MilliSatoshi push) {
        return openCommand(push, false);
    }

    private OpenAsFunder openCommand(MilliSatoshi push, boolean zeroReserve) {
        return new OpenAsFunder(bob.context.nodeId(), bob.features(), 1, new ChannelId(Bytes.zeros(32)),
                new ShortChannelId(7), new Satoshi(1_000_000), push, new FeeratePerKw(1000), true, zeroReserve);
    }

    void confirm(int depth) {
        alice.tell(confirmed(depth));
        bob.tell(confirmed(depth));
    }

    FundingConfirmed confirmed(int depth) {
        return new FundingConfirmed(new BlockHeight(101), 1, depth, alice.channel().fundingTx().orElseThrow());
    }

    /** What Alice would say if that were her funding transaction, its output 0. She has been accepted. */
    FundingCreated fundingCreatedFor(Tx tx) {
        return fundingCreatedFor(tx, 0);
    }

    FundingCreated fundingCreatedFor(Tx tx, int index) {
        Opening o = ((ChannelState.AwaitingFundingSigned) alice.state).opening();
        var funding = new OutPoint(tx.txid(), index);
        var spec = new CommitmentSpec(o.feerate(), o.push(), o.terms().capacity().toMilliSatoshi().minus(o.push()),
                List.of());
        var bobs = Commitments.build(o.terms().commitmentsOf(Side.REMOTE, funding), spec, 0, o.remotePoint());
        return new FundingCreated(o.temporaryId(), funding.txid(), index,
                CommitmentSigning.sign(alice.context.keys(), bobs));
    }

    Participant other(Participant one) {
        return one == alice ? bob : alice;
    }

    /** Delivers the oldest message that {@code from} has sent. */
    void deliverOne(Participant from) {
        LightningMessage message = from.outbox.poll();
        if (message == null) return;
        Participant to = other(from);
        if (message instanceof OpenChannel m)
            to.tell(new AcceptAsFundee(from.context.nodeId(), from.features(), 1, new ShortChannelId(8), m));
        else
            to.tell(new Receive(message));
        invariant.run();
    }

    void deliverAll() {
        while (!alice.outbox.isEmpty() || !bob.outbox.isEmpty()) {
            deliverOne(alice);
            deliverOne(bob);
        }
    }

    /** Whatever is in flight is lost. */
    void disconnect() {
        alice.outbox.clear();
        bob.outbox.clear();
        alice.tell(new LinkLost());
        bob.tell(new LinkLost());
        alice.outbox.clear();
        bob.outbox.clear();
    }

    void reconnect() {
        alice.tell(new LinkUp(bob.features()));
        bob.tell(new LinkUp(alice.features()));
    }

    void commit() {
        alice.tell(new Commit());
        bob.tell(new Commit());
        deliverAll();
    }

    static PaymentPreimage preimage(int n) {
        return new PaymentPreimage(Hashes.sha256(Bytes.ofOwned(ByteBuffer.allocate(4).putInt(n).array())).bytes());
    }

    static PaymentHash hash(int n) {
        return new PaymentHash(Hashes.sha256(preimage(n).bytes()).bytes());
    }

    static OfferHtlc htlc(long msat, int n) {
        return new OfferHtlc(new MilliSatoshi(msat), hash(n), new CltvExpiry(200), ONION,
                new HtlcOrigin.Local(new Bytes32(hash(n).bytes()), 0));
    }

    /** What one signed as the other's latest commitment is what the other holds. Only when no signature is in flight. */
    void assertCommitmentsAgree() {
        assertAgree(alice, bob);
        assertAgree(bob, alice);
    }

    private static void assertAgree(Participant holder, Participant signer) {
        var chain = signer.channel().chain();
        assertThat(holder.channel().chain().localNumber()).isEqualTo(chain.remoteNumber());
        var held = CommitmentSigning.local(holder.context.keys(), holder.channel(), View.LOCAL_CURRENT,
                chain.remoteNumber());
        var signed = CommitmentSigning.remote(signer.channel(), View.REMOTE_CURRENT, chain.remoteNumber(),
                chain.remotePoint());
        assertThat(held.tx()).isEqualTo(signed.tx());
    }

    /** Every millisatoshi of the capacity is somebody's, in all views of both. */
    void assertConserved() {
        for (Participant p : new Participant[]{alice, bob})
            for (View view : View.values()) {
                var spec = p.channel().spec(view);
                MilliSatoshi sum = spec.toLocal().plus(spec.toRemote());
                for (var h : spec.htlcs()) sum = sum.plus(h.amount());
                assertThat(sum).as(p.name + " " + view).isEqualTo(p.channel().terms().capacity().toMilliSatoshi());
                assertThat(spec.toLocal().isNegative() || spec.toRemote().isNegative()).as(p.name + " " + view)
                        .isFalse();
            }
    }
}
