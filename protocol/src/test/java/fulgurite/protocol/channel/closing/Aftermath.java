package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentOutput;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.Features;
import java.util.ArrayList;
import java.util.List;

/** What one side makes of given facts at a given height, without a chain: nothing that is asked here changes anything. */
final class Aftermath {
    private static final Bytes SCRIPT = P2wpkh.script(Curve.publicKey(PrivateKey.fromHex("a1".repeat(32))));

    final Duet duet;
    private final int who;
    Feerates feerates = Feerates.FLOOR;
    private int spends;

    Aftermath(Duet duet, int who) {
        this.duet = duet;
        this.who = who;
    }

    /** The output of an HTLC, by who offered it, and whoever owns the commitment. */
    static OutPoint htlc(Commitment c, boolean offeredByOwner, long id) {
        var direction = offeredByOwner ? CommittedHtlc.Direction.OFFERED : CommittedHtlc.Direction.RECEIVED;
        for (int i = 0; i < c.outputs().size(); i++)
            if (c.outputs().get(i) instanceof CommitmentOutput.Htlc o && o.htlc().direction() == direction
                    && o.htlc().id() == id)
                return new OutPoint(c.tx().txid(), i);
        throw new AssertionError("no output of HTLC " + id);
    }

    void funding(Tx by, int height) {
        duet.apply(who, new ChannelEvent.FundingSpendConfirmed(by, new BlockHeight(height)));
    }

    /** A transaction that spends it behind another coin, so that its input and its output have different places. */
    Tx spend(OutPoint at, Bytes... witness) {
        var other = new OutPoint(new TxId(Bytes.fromHex(String.format("%064x", ++spends))), 0);
        return new Tx(2, List.of(TxInput.unsigned(other, 0), new TxInput(at, Bytes.EMPTY, 0, List.of(witness))),
                List.of(new TxOutput(new Satoshi(1_000), SCRIPT)), 0);
    }

    void spent(OutPoint at, int height, Bytes... witness) {
        spent(at, spend(at, witness), height);
    }

    void spent(OutPoint at, Tx by, int height) {
        duet.apply(who, new ChannelEvent.OutputSpendConfirmed(at, by, new BlockHeight(height)));
    }

    /** All outputs but {@code left} have been spent, and nobody showed a preimage. */
    void spentBut(Commitment c, OutPoint left, int height) {
        for (int i = 0; i < c.outputs().size(); i++) {
            var at = new OutPoint(c.tx().txid(), i);
            if (!at.equals(left)) spent(at, height, Bytes.EMPTY);
        }
    }

    ChannelState.Closing state() {
        return (ChannelState.Closing) duet.states[who];
    }

    ChannelContext context(int height) {
        return new ChannelContext(new BlockHeight(height), feerates, duet.keys[who],
                new NodeId(duet.keys[who].basepoints().payment()), duet.keys[who].payment(), Features.EMPTY, SCRIPT,
                Bytes32.ZERO, ChannelLimits.REGTEST);
    }

    Decision decide(int height, ChannelCommand command) {
        return OnChain.decide(context(height), state(), command);
    }

    Decision at(int height) {
        return decide(height, new ChannelCommand.NewBlock(new BlockHeight(height)));
    }

    /** The HTLCs of ours whose origins are told a result in that block, and the results. */
    List<ChannelEvent.HtlcSettledOnChain> settledAt(int height) {
        return at(height).eventsOrNone()
                .stream()
                .filter(ChannelEvent.HtlcSettledOnChain.class::isInstance)
                .map(ChannelEvent.HtlcSettledOnChain.class::cast)
                .toList();
    }

    List<Long> failedAt(int height) {
        return settledAt(height).stream()
                .filter(settled -> !(settled.result() instanceof HtlcResult.Fulfilled))
                .map(ChannelEvent.HtlcSettledOnChain::htlcId)
                .toList();
    }

    /** Whether nothing is left to wait for at that height, once every origin has its result. */
    boolean isOverAt(int height) {
        ChannelState before = duet.states[who];
        for (var settled : settledAt(height)) {
            duet.apply(who, settled);
            duet.apply(who, new ChannelEvent.SettlementAcknowledged(settled.htlcId()));
        }
        boolean over = at(height).eventsOrNone().stream().anyMatch(ChannelEvent.ClosedBecause.class::isInstance);
        duet.states[who] = before;
        return over;
    }

    List<ChannelEffect.WatchSpent> watchedAt(int height) {
        return OnChain.resume(context(height), state())
                .stream()
                .filter(ChannelEffect.WatchSpent.class::isInstance)
                .map(ChannelEffect.WatchSpent.class::cast)
                .toList();
    }

    List<OutPoint> watchedOutPointsAt(int height) {
        return watchedAt(height).stream().map(ChannelEffect.WatchSpent::outPoint).toList();
    }

    List<OutPoint> wantedAt(int height) {
        var wanted = new ArrayList<OutPoint>();
        for (ChannelEffect effect : at(height).effectsOrNone())
            if (effect instanceof ChannelEffect.BringHome home)
                home.wants().stream().map(Wanted::outPoint).forEach(wanted::add);
        return wanted;
    }

    List<Tx> publishedAt(int height) {
        return at(height).effectsOrNone()
                .stream()
                .filter(ChannelEffect.Publish.class::isInstance)
                .map(effect -> ((ChannelEffect.Publish) effect).tx())
                .toList();
    }
}
