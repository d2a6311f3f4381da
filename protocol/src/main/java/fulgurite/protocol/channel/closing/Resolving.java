package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ClosingProgress.FundingSpend;
import fulgurite.protocol.channel.ClosingProgress.OutputSpend;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.opening.FundingOutput;
import fulgurite.protocol.channel.opening.Unfunded;
import fulgurite.protocol.sweep.Hurry;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.Breach;
import fulgurite.protocol.transactions.ChannelScripts;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentOutput;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How each output of each kind of close is resolved: BOLT 5's requirements, output by output. */
final class Resolving {
    /** Blocks after its expiry in which an HTLC that we offered should be back: whoever offered it to us has its own. */
    static final int TIMEOUT_WINDOW = 18;

    private Resolving() {}

    /** Fills the plan from what has spent the funding; until something has, ours is published. */
    static void resolve(Plan plan) {
        Optional<FundingSpend> spend = plan.progress().fundingSpentBy();
        Optional<BlockHeight> rival = rival(plan);
        boolean forgotten = Unfunded.isForgotten(plan.channel(), plan.context().height());
        if (spend.isEmpty() && rival.isEmpty() && forgotten) return;
        if (spend.isEmpty() && rival.isPresent()) {
            // The funding can never confirm: there is nothing on chain, and nothing that the peer could still take.
            plan.untilFinal(rival.get());
            failWithoutOutput(plan, List.of(), rival.get());
            return;
        }
        if (spend.isEmpty()) {
            plan.waitForMore();
            publishOurs(plan);
            return;
        }
        Tx tx = spend.get().tx();
        BlockHeight at = spend.get().height();
        plan.untilFinal(at);
        switch (FundingSpender.of(plan.channel(), plan.context().keys(), tx)) {
            case FundingSpender.OurCommitment ours -> ourCommitment(plan, ours.commitment(), at);
            case FundingSpender.TheirCommitment theirs -> theirCommitment(plan, theirs.commitment(), at);
            case FundingSpender.TheirRevoked revoked -> theirRevoked(plan, revoked.breach(), tx, at);
            case FundingSpender.Future future -> {
                salvage(plan, tx, at);
                perhapsStillThere(plan, tx, at);
            }
            case FundingSpender.MutualClose mutual -> failWithoutOutput(plan, List.of(), at);
            case FundingSpender.OurForgotten ours -> ours.toLocal()
                    .ifPresent(claim -> plan.take(claim, scriptOf(tx, claim), at));
            case FundingSpender.OurRevoked revoked -> failWithoutOutput(plan, List.of(), at);
            case FundingSpender.Unknown unknown -> failWithoutOutput(plan, List.of(), at);
        }
    }

    /** Where a block holds a transaction that spends the same coins as the funding, which so can never confirm. */
    private static Optional<BlockHeight> rival(Plan plan) {
        ActiveChannel channel = plan.channel();
        for (OutputSpend spend : plan.progress().spends())
            if (Unfunded.isInput(channel, spend.outPoint()) && !spend.tx().txid().equals(channel.funding().txid()))
                return Optional.of(spend.height());
        return channel.fundingStatus().rivalAt();
    }

    /** Nothing has spent the funding yet: what we have to spend it, and a child that pays for it. */
    private static void publishOurs(Plan plan) {
        ActiveChannel channel = plan.channel();
        // A commitment of a channel that is not on chain itself yet needs its parent.
        if (channel.fundingStatus().depth() == 0) {
            channel.fundingTx().ifPresent(plan::publish);
            plan.watchFunding();
        }
        plan.progress().published().ifPresent(plan::publish);
        plan.watch(channel.funding(), Failing.fundingScript(channel));
        FundingOutput.inputs(channel).forEach(at -> plan.watch(at, Bytes.EMPTY));
        if (plan.progress().mutual() || !channel.terms().format().hasAnchors()) return;
        plan.progress()
                .published()
                .flatMap(tx -> Anchoring.child(channel, plan.context().keys(), tx))
                .ifPresent(plan::want);
    }

    /** @bolt 5, Unilateral Close Handling: Local Commitment Transaction */
    private static void ourCommitment(Plan plan, Commitment c, BlockHeight at) {
        TxId txid = c.tx().txid();
        var withOutput = new ArrayList<Long>();
        int htlcIndex = 0;
        for (int i = 0; i < c.outputs().size(); i++)
            switch (c.outputs().get(i)) {
            case CommitmentOutput.ToLocal o -> plan
                    .take(Claim.ofToLocal(c, txid, i, plan.context().keys()), o.output().script(), at);
            case CommitmentOutput.Htlc o -> {
                HtlcTransaction second = c.htlcTransactions().get(htlcIndex);
                var signature = plan.channel().chain().htlcSignatures().get(htlcIndex++);
                if (o.htlc().direction() == CommittedHtlc.Direction.OFFERED) withOutput.add(o.htlc().id());
                Bytes preimage = switch (o.htlc().direction()) {
                    case OFFERED -> Bytes.EMPTY;
                    case RECEIVED -> knownPreimage(plan, o.htlc()).map(PaymentPreimage::bytes)
                            .orElse(Bytes.EMPTY);
                };
                ourHtlc(plan, c, o, new Wanted.SecondStage(second, signature, preimage,
                        Claim.htlcSecret(c, plan.context().keys()), hurry(o.htlc(), at)));
            }
            case CommitmentOutput.ToRemote o -> {}
            case CommitmentOutput.LocalAnchor o -> {}
            case CommitmentOutput.RemoteAnchor o -> {}
            }
        failWithoutOutput(plan, withOutput, at);
    }

    private static void ourHtlc(Plan plan, Commitment c, CommitmentOutput.Htlc output, Wanted.SecondStage ours) {
        OutPoint at = ours.outPoint();
        CommittedHtlc htlc = output.htlc();
        Optional<OutputSpend> spend = plan.progress().spendOf(at);
        if (spend.isPresent()) {
            Optional<PaymentPreimage> shown = shownPreimage(spend.get(), htlc.paymentHash());
            switch (htlc.direction()) {
                case OFFERED -> {
                    if (shown.isPresent()) fulfilled(plan, htlc, shown.get(), spend.get());
                    else {
                        plan.failWhenDeep(htlc.id(), spend.get().height());
                        secondStage(plan, c, ours.transaction(), spend.get());
                    }
                }
                case RECEIVED -> {
                    if (shown.isPresent()) secondStage(plan, c, ours.transaction(), spend.get());
                    else plan.untilFinal(spend.get().height());
                }
            }
            return;
        }
        plan.watch(at, output.output().script());
        boolean due = switch (htlc.direction()) {
            case OFFERED -> plan.hasTimedOut(htlc.expiry());
            case RECEIVED -> !ours.preimage().isEmpty();
        };
        if (due || !plan.hasTimedOut(htlc.expiry())) plan.waitForMore();
        if (!due) return;
        // Without anchors it pays its own fee, and nothing can be added to it.
        if (ours.transaction().format().hasAnchors()) plan.want(ours);
        else
            plan.publish(HtlcTransactions.complete(ours.transaction(), ours.transaction().tx(), 0, ours.byPeer(),
                    ours.preimage(), ours.htlcSecret()));
    }

    /** How soon an HTLC of our commitment must be spent. @param at height of the commitment */
    private static Hurry hurry(CommittedHtlc htlc, BlockHeight at) {
        Satoshi stake = htlc.amount().toSatoshi();
        return switch (htlc.direction()) {
            case OFFERED -> {
                BlockHeight expired = Plan.later(at, htlc.expiry());
                yield Hurry.until(expired, expired.plus(TIMEOUT_WINDOW), stake);
            }
            case RECEIVED -> Hurry.until(at, Plan.later(new BlockHeight(0), htlc.expiry()), stake);
        };
    }

    private static void secondStage(Plan plan, Commitment c, HtlcTransaction h, OutputSpend spend) {
        plan.untilFinal(spend.height());
        int index = inputOf(spend);
        List<TxOutput> outputs = spend.tx().outputs();
        // Whoever has the revocation key spends it without an HTLC transaction: then our commitment was an old one.
        if (index >= outputs.size() || !outputs.get(index).equals(h.tx().outputs().getFirst())) return;
        Claim claim = Claim
                .ofSecondStage(c, h, new OutPoint(spend.tx().txid(), index), plan.context().keys());
        plan.take(claim, outputs.get(index).script(), spend.height());
    }

    /** @bolt 5, Unilateral Close Handling: Remote Commitment Transaction */
    private static void theirCommitment(Plan plan, Commitment c, BlockHeight at) {
        TxId txid = c.tx().txid();
        CommitmentFormat format = c.parameters().format();
        var withOutput = new ArrayList<Long>();
        for (int i = 0; i < c.outputs().size(); i++) {
            var outPoint = new OutPoint(txid, i);
            switch (c.outputs().get(i)) {
                case CommitmentOutput.ToRemote o -> plan.take(
                        Claim.ofToRemote(format, o, outPoint, plan.context().keys()), o.output().script(), at);
                case CommitmentOutput.Htlc o -> {
                    // Seen from the peer: what it received we have offered.
                    switch (o.htlc().direction()) {
                        case RECEIVED -> {
                            withOutput.add(o.htlc().id());
                            offeredInTheirs(plan, c, o, outPoint, at);
                        }
                        case OFFERED -> receivedInTheirs(plan, c, o, outPoint, at);
                    }
                }
                case CommitmentOutput.ToLocal o -> {}
                case CommitmentOutput.LocalAnchor o -> {}
                case CommitmentOutput.RemoteAnchor o -> {}
            }
        }
        failWithoutOutput(plan, withOutput, at);
    }

    private static void offeredInTheirs(
            Plan plan, Commitment c, CommitmentOutput.Htlc output, OutPoint at, BlockHeight confirmedAt) {
        CommittedHtlc htlc = output.htlc();
        Optional<OutputSpend> spend = plan.progress().spendOf(at);
        if (spend.isPresent()) {
            Optional<PaymentPreimage> shown = shownPreimage(spend.get(), htlc.paymentHash());
            if (shown.isPresent()) {
                fulfilled(plan, htlc, shown.get(), spend.get());
                return;
            }
            plan.failWhenDeep(htlc.id(), spend.get().height());
        }
        Claim claim = Claim.ofTimedOut(c, at.txid(), at.index(), htlc.expiry(), plan.context().keys());
        BlockHeight expired = Plan.later(confirmedAt, htlc.expiry());
        boolean worth = plan.take(claim, output.output().script(), confirmedAt, expired.plus(TIMEOUT_WINDOW));
        if (worth && (spend.isPresent() || plan.isWorthToday(claim))) return;
        // Not worth its fee: whoever waits for it upstream cannot wait until it is, so a while after its expiry it has
        // failed. Should the peer show the preimage later, we have lost less than the fee.
        plan.watch(at, output.output().script());
        if (!plan.hasTimedOut(htlc.expiry())) plan.waitForMore();
        else plan.failWhenDeep(htlc.id(), expired);
    }

    private static void receivedInTheirs(
            Plan plan, Commitment c, CommitmentOutput.Htlc output, OutPoint at, BlockHeight confirmedAt) {
        Optional<OutputSpend> spend = plan.progress().spendOf(at);
        Optional<PaymentPreimage> known = knownPreimage(plan, output.htlc());
        if (spend.isPresent()) plan.untilFinal(spend.get().height());
        else
            if (known.isPresent())
                plan.take(
                        Claim.ofFulfilled(c, at.txid(), at.index(), known.get(), plan.context().keys()),
                        output.output().script(), confirmedAt, Plan.later(new BlockHeight(0), output.htlc().expiry()));
            else {
                plan.watch(at, output.output().script());
                if (!plan.hasTimedOut(output.htlc().expiry())) plan.waitForMore();
            }
    }

    /** @bolt 5, Revoked Transaction Close Handling */
    private static void theirRevoked(Plan plan, Breach breach, Tx tx, BlockHeight at) {
        // From then on the peer may take its delayed outputs; its HTLC outputs it may take before, and loses what it
        // makes of them all the same.
        BlockHeight deadline = at.plus(breach.parameters().toSelfDelay());
        breach.toLocal(tx).ifPresent(claim -> plan.take(claim, scriptOf(tx, claim), at, deadline));
        salvage(plan, tx, at);
        var withOutput = new ArrayList<Long>();
        for (Breach.RevokedHtlcOutput found : breach.htlcs(tx, plan.channel().ledger().everHadSeenByPeer())) {
            Claim claim = found.claim();
            boolean weOffered = found.htlc().direction() == CommittedHtlc.Direction.RECEIVED;
            if (weOffered) withOutput.add(found.htlc().id());
            boolean worth = plan.take(claim, scriptOf(tx, claim), at, deadline);
            if (weOffered && !worth) plan.failWhenDeep(found.htlc().id(), at);
            Optional<OutputSpend> spend = plan.progress().spendOf(claim.outPoint());
            if (spend.isEmpty()) continue;
            Optional<PaymentPreimage> shown = shownPreimage(spend.get(), found.htlc().paymentHash());
            if (weOffered && shown.isPresent()) fulfilled(plan, found.htlc(), shown.get(), spend.get());
            else if (weOffered) plan.failWhenDeep(found.htlc().id(), spend.get().height());
            Tx second = spend.get().tx();
            for (Claim stage : breach.secondStage(second))
                plan.take(stage, scriptOf(second, stage), spend.get().height(),
                        spend.get().height().plus(breach.parameters().toSelfDelay()));
        }
        failWithoutOutput(plan, withOutput, at);
    }

    /** Our own balance in a commitment of the peer, whatever else we know of it. */
    private static void salvage(Plan plan, Tx tx, BlockHeight at) {
        CommitmentFormat format = plan.channel().terms().format();
        var payment = plan.context().keys().basepoints().payment();
        Bytes script = FundingSpender.toRemoteScript(format, payment);
        Bytes code = format.hasAnchors()
                ? ChannelScripts.toRemoteWithAnchors(payment)
                : Scripts.keyHashScriptCode(payment);
        for (int i = 0; i < tx.outputs().size(); i++) {
            TxOutput output = tx.outputs().get(i);
            if (output.script().equals(script))
                plan.take(
                        Claim.ofToRemote(
                                format, new CommitmentOutput.ToRemote(output, code), new OutPoint(tx.txid(), i),
                                plan.context().keys()),
                        script, at);
        }
    }

    /**
     * We have lost data, so we cannot build the scripts of a commitment that we do not know. An output worth as much as
     * an HTLC of ours may be it: while the peer could still take it with the preimage, its origin is told nothing.
     */
    private static void perhapsStillThere(Plan plan, Tx tx, BlockHeight at) {
        for (Htlc htlc : plan.channel().ledger().htlcs()) {
            if (htlc.offeredBy() != Side.LOCAL) continue;
            BlockHeight gone = at;
            boolean open = false;
            for (int i = 0; i < tx.outputs().size(); i++) {
                TxOutput output = tx.outputs().get(i);
                if (!output.amount().equals(htlc.amount().toSatoshi())) continue;
                var outPoint = new OutPoint(tx.txid(), i);
                Optional<OutputSpend> spend = plan.progress().spendOf(outPoint);
                if (spend.isEmpty()) {
                    plan.watch(outPoint, output.script());
                    open = true;
                } else {
                    Optional<PaymentPreimage> shown = shownPreimage(spend.get(), htlc.paymentHash());
                    if (shown.isPresent()) plan.settle(htlc.id(), new HtlcResult.Fulfilled(shown.get()));
                    if (spend.get().height().compareTo(gone) > 0) gone = spend.get().height();
                }
            }
            if (open) plan.waitForMore();
            else plan.failWhenDeep(htlc.id(), gone);
        }
    }

    /** What we offered and the confirmed transaction does not hold fails once that is deep. */
    private static void failWithoutOutput(Plan plan, List<Long> withOutput, BlockHeight at) {
        for (Htlc htlc : plan.channel().ledger().htlcs())
            if (htlc.offeredBy() == Side.LOCAL && !withOutput.contains(htlc.id())) plan.failWhenDeep(htlc.id(), at);
    }

    private static void fulfilled(Plan plan, CommittedHtlc htlc, PaymentPreimage preimage, OutputSpend spend) {
        plan.settle(htlc.id(), new HtlcResult.Fulfilled(preimage));
        plan.untilFinal(spend.height());
    }

    /** The preimage of an HTLC that the peer offered and we may claim. */
    private static Optional<PaymentPreimage> knownPreimage(Plan plan, CommittedHtlc htlc) {
        return plan.channel().ledger().find(Side.REMOTE, htlc.id()).flatMap(Htlc::preimage);
    }

    private static Optional<PaymentPreimage> shownPreimage(OutputSpend spend, PaymentHash hash) {
        return Preimages.shownBy(spend.tx().inputs().get(inputOf(spend)), hash);
    }

    private static int inputOf(OutputSpend spend) {
        List<TxInput> inputs = spend.tx().inputs();
        for (int i = 0; i < inputs.size(); i++) if (inputs.get(i).outPoint().equals(spend.outPoint())) return i;
        throw new IllegalStateException("a recorded spend has no input for its output");
    }

    private static Bytes scriptOf(Tx tx, Claim claim) {
        return tx.outputs().get(claim.outPoint().index()).script();
    }
}
