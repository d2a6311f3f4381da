package fulgurite.protocol.channel.closing;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent.*;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.SideTerms;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.channel.invariants.ChannelInvariants;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.sweep.Hurry;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.ChannelBasepoints;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;

/** Two ends of one channel, brought to a state by events with true signatures. Alice opens. */
final class Duet {
    static final Satoshi CAPACITY = new Satoshi(1_000_000);
    static final MilliSatoshi PUSH = new MilliSatoshi(400_000_000);
    static final int ALICE = 0;
    static final int BOB = 1;
    static final int DELAY = 6;
    static final Tx FUNDING_TX;
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1000);
    private static final Bytes ONION = Bytes.zeros(1366);

    final ChannelKeys[] keys = {
            ChannelKeys.derive(Bytes32.ZERO, 1), ChannelKeys.derive(Bytes32.ZERO, 2)};
    final ChannelState[] states = {Channel.INITIAL, Channel.INITIAL};
    private final ChannelType type;
    private boolean aliceCopiesPaymentKey;
    private Satoshi dustLimit = new Satoshi(546);

    static {
        var a = ChannelKeys.derive(Bytes32.ZERO, 1).basepoints().funding();
        var b = ChannelKeys.derive(Bytes32.ZERO, 2).basepoints().funding();
        FUNDING_TX = new Tx(2, List.of(TxInput.unsigned(new OutPoint(TxId.fromHex("cd".repeat(32)), 0), 0)),
                List.of(Funding.output(a, b, CAPACITY)), 0);
    }

    private Duet(ChannelType type) {
        this.type = type;
    }

    /** Open and ready: Alice has 600,000 sat of 1,000,000. */
    static Duet open(CommitmentFormat format) {
        var duet = new Duet(switch (format) {
            case STATIC_REMOTEKEY -> ChannelType.STATIC_REMOTEKEY;
            case ANCHORS_ZERO_FEE_HTLC_TX -> ChannelType.ANCHORS;
        });
        duet.open();
        return duet;
    }

    /** Both have the least dust limit that there is: outputs that are worth less than their fee exist. */
    static Duet openWithLeastDust() {
        var duet = new Duet(ChannelType.ANCHORS);
        duet.dustLimit = new Satoshi(354);
        duet.open();
        return duet;
    }

    /** Alice has named Bob's payment basepoint as hers. */
    static Duet openWithCopiedPaymentKey(CommitmentFormat format) {
        var duet = new Duet(format == CommitmentFormat.STATIC_REMOTEKEY
                ? ChannelType.STATIC_REMOTEKEY
                : ChannelType.ANCHORS);
        duet.aliceCopiesPaymentKey = true;
        duet.open();
        return duet;
    }

    ActiveChannel channel(int who) {
        return ((ChannelState.Funded) states[who]).channel();
    }

    /** A preimage for tests: its number in every byte. */
    static PaymentPreimage preimage(int number) {
        return PaymentPreimage.fromHex(String.format("%02x", number).repeat(32));
    }

    static PaymentHash hash(int number) {
        return new PaymentHash(Hashes.sha256(preimage(number).bytes()).bytes());
    }

    /** Offers an HTLC of a preimage's number, not committed yet. @return its id */
    long offer(int from, int number, long sat, int expiry) {
        var amount = new Satoshi(sat).toMilliSatoshi();
        long id = channel(from).ledger().nextOffered();
        var origin = new HtlcOrigin.Local(Bytes32.ZERO, number);
        apply(from, new HtlcOffered(id, amount, hash(number), new CltvExpiry(expiry), ONION, origin));
        apply(1 - from, new HtlcAdded(id, amount, hash(number), new CltvExpiry(expiry), ONION, false));
        return id;
    }

    /** {@code by} knows the preimage and says so, not committed yet; the payer is content. */
    void fulfil(int by, long id, int number) {
        var result = new HtlcResult.Fulfilled(preimage(number));
        apply(by, new HtlcRemoved(id, result));
        apply(1 - by, new HtlcRemovedByPeer(id, result));
        apply(1 - by, new SettlementAcknowledged(id));
    }

    /** {@code by} knows the preimage and the peer has not heard it. */
    void learn(int by, long id, int number) {
        apply(by, new PreimageLearned(id, preimage(number)));
    }

    /** Both sign and revoke until nothing is left to sign. */
    void commit() {
        for (int round = 0; round < 4; round++)
            for (int who : new int[]{ALICE, BOB})
                if (channel(who).ledger().hasChangesToSign(Side.LOCAL)) {
                    sign(who);
                    revoke(1 - who);
                }
    }

    /** commitment_signed arrives, its revoke_and_ack does not. */
    void sign(int from) {
        ActiveChannel c = channel(from);
        long number = c.chain().remoteNumber() + 1;
        Commitment next = Commitments.build(c.commitmentsOf(Side.REMOTE), c.spec(View.REMOTE_NEXT), number,
                keys[1 - from].perCommitmentPoint(number));
        Signature signature = Commitments.signForOwner(next, keys[from].funding());
        List<Signature> htlcs = htlcSignatures(from, next);
        apply(from, new CommitmentSent(signature, htlcs));
        apply(1 - from, new CommitmentReceived(signature, htlcs));
    }

    private void revoke(int by) {
        long revoked = channel(by).chain().localNumber() - 1;
        apply(1 - by, new RevocationReceived(
                keys[by].perCommitmentSecret(revoked), keys[by].perCommitmentPoint(revoked + 2)));
    }

    /** The latest commitment of one side, and the same signed. */
    Commitment commitment(int who) {
        ActiveChannel c = channel(who);
        long number = c.chain().localNumber();
        return Commitments.build(c.commitmentsOf(Side.LOCAL), c.spec(View.LOCAL_CURRENT), number,
                keys[who].perCommitmentPoint(number));
    }

    Tx signedCommitment(int who) {
        return Commitments.complete(commitment(who), channel(who).chain().signature(), keys[who].funding());
    }

    /** One HTLC transaction of the latest commitment of one side. */
    Wanted.SecondStage htlcSpend(int who, int index, Bytes preimage) {
        Commitment c = commitment(who);
        return new Wanted.SecondStage(c.htlcTransactions().get(index), channel(who).chain().htlcSignatures().get(index),
                preimage, Claim.htlcSecret(c, keys[who]), Hurry.none(new BlockHeight(0), Satoshi.ZERO));
    }

    void apply(int who, ChannelEvent event) {
        ChannelState next = Channel.evolve(states[who], event);
        assertThat(ChannelInvariants.ofEvent(states[who], event, next)).as(event.getClass().getSimpleName()).isEmpty();
        states[who] = next;
    }

    private List<Signature> htlcSignatures(int from, Commitment of) {
        var secret = Claim.htlcSecret(of, keys[from]);
        return of.htlcTransactions().stream().map(h -> HtlcTransactions.signForOwner(h, secret)).toList();
    }

    private void open() {
        var alias = new ShortChannelId(1);
        var id = ChannelId.ALL;
        SideTerms a = terms(ALICE);
        SideTerms b = terms(BOB);
        apply(ALICE, new OpeningProposed(node(BOB), Features.EMPTY, 1, Bytes32.ZERO, id, alias, CAPACITY, PUSH,
                FEERATE, type, false, a));
        apply(ALICE, new ProposalAccepted(b, keys[BOB].perCommitmentPoint(0), 1));
        apply(ALICE, new FundingCreated(FUNDING_TX, 0));
        var bobs = new ChannelTerms(node(ALICE), 2, Bytes32.ZERO, Side.REMOTE, CAPACITY, type, false, alias, 1, b, a);
        apply(BOB, new OpeningAccepted(bobs, Features.EMPTY, id, PUSH, FEERATE, keys[ALICE].perCommitmentPoint(0)));
        var funding = new OutPoint(FUNDING_TX.txid(), 0);
        for (int who : new int[]{ALICE, BOB}) {
            ChannelState before = states[who];
            // The first commitment follows from the funding alone: build it to sign it.
            apply(who, new ChannelFunded(funding, new Signature(Bytes.zeros(64))));
            Signature byPeer = Commitments.signForOwner(commitment(who), keys[1 - who].funding());
            states[who] = Channel.evolve(before, new ChannelFunded(funding, byPeer));
            apply(who, new ReadySent());
            apply(who, new ReadyReceived(keys[1 - who].perCommitmentPoint(1), Optional.empty()));
        }
    }

    private SideTerms terms(int who) {
        ChannelBasepoints own = keys[who].basepoints();
        PublicKey payment = aliceCopiesPaymentKey ? keys[BOB].basepoints().payment() : own.payment();
        var named = new ChannelBasepoints(own.funding(), own.revocation(), payment, own.delayedPayment(), own.htlc());
        return new SideTerms(dustLimit, CAPACITY.toMilliSatoshi(), new Satoshi(1000), new MilliSatoshi(1),
                new CltvDelta(DELAY), 483, named, Bytes.EMPTY);
    }

    private NodeId node(int who) {
        return new NodeId(keys[who].basepoints().payment());
    }
}
