package fulgurite.protocol.sweep;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.transactions.Sweeps;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the transaction of a batch at a feerate. Nothing comes of it when it is not worth its fee, or the purse is empty. */
final class Building {
    /** Version and locktime, four counts of inputs and outputs, and the two bytes that announce witnesses. */
    private static final int OVERHEAD_WEIGHT = 4 * 10 + 2;
    private static final int INPUT_WEIGHT = 4 * 41;
    private static final int SIGNATURE_SIZE = 1 + 73;
    private static final int WALLET_OUTPUT_WEIGHT = 4 * 31;
    private final Purse purse;

    Building(Purse purse) {
        this.purse = purse;
    }

    /** @param wants all of one kind, one alone when they are anchors */
    Optional<Batch> build(List<Wanted> wants, FeeratePerKw feerate, BlockHeight now) {
        return switch (wants.getFirst()) {
            case Wanted.Output first -> sweep(wants, feerate, now);
            case Wanted.SecondStage first -> secondStages(wants, feerate, now);
            case Wanted.Anchor anchor -> child(anchor, feerate, now);
        };
    }

    /** What the transaction will weigh with everything that it pays for, to reckon a bid. */
    static long weight(List<Wanted> wants) {
        long weight = OVERHEAD_WEIGHT + WALLET_OUTPUT_WEIGHT;
        for (Wanted wanted : wants)
            weight += switch (wanted) {
                case Wanted.Output output -> Sweeps.inputWeight(output.claim());
                case Wanted.SecondStage stage -> weight(stage) + Purse.COIN_WEIGHT;
                case Wanted.Anchor anchor -> Sweeps.inputWeight(anchor.claim()) + Purse.COIN_WEIGHT
                        + anchor.commitment().weight();
            };
        return weight;
    }

    private static long weight(Wanted.SecondStage stage) {
        int script = stage.transaction().inputScript().size();
        int witness = 2 + 2 * SIGNATURE_SIZE + 1 + stage.preimage().size() + (script < 253 ? 1 : 3) + script;
        return INPUT_WEIGHT + witness + weight(stage.transaction().tx().outputs().getFirst());
    }

    private static long weight(TxOutput output) {
        return 4L * (8 + 1 + output.script().size());
    }

    /** Whether an output is worth more than spending it costs. */
    static boolean isWorth(Claim claim, FeeratePerKw feerate) {
        return feerate.feeFor(Sweeps.inputWeight(claim)).lessThan(claim.amount());
    }

    /** Those that are not worth their own input stay behind. */
    private Optional<Batch> sweep(List<Wanted> wants, FeeratePerKw feerate, BlockHeight now) {
        var worth = new ArrayList<Wanted>();
        var claims = new ArrayList<Claim>();
        for (Wanted wanted : wants)
            if (wanted instanceof Wanted.Output(Claim claim, Hurry hurry) && isWorth(claim, feerate)) {
                worth.add(wanted);
                claims.add(claim);
            }
        if (claims.isEmpty()) return Optional.empty();
        return Sweeps.sweep(claims, purse.script(), feerate).map(tx -> Batch.made(worth, tx, feerate, now));
    }

    /** @bolt 5, HTLC Output Handling: Local Commitment */
    private Optional<Batch> secondStages(List<Wanted> wants, FeeratePerKw feerate, BlockHeight now) {
        var inputs = new ArrayList<TxInput>();
        var outputs = new ArrayList<TxOutput>();
        var stages = new ArrayList<Wanted.SecondStage>();
        long weight = OVERHEAD_WEIGHT;
        for (Wanted wanted : wants)
            if (wanted instanceof Wanted.SecondStage stage) {
                Tx own = stage.transaction().tx();
                inputs.add(own.inputs().getFirst());
                outputs.add(own.outputs().getFirst());
                weight += weight(stage);
                stages.add(stage);
            }
        var draft = new Tx(2, inputs, outputs, stages.getFirst().transaction().tx().lockTime());
        return purse.pay(wants.getFirst().outPoint(), draft, weight, Satoshi.ZERO, feerate).map(grown -> {
            Tx signed = grown;
            for (int i = 0; i < stages.size(); i++) {
                Wanted.SecondStage stage = stages.get(i);
                signed = HtlcTransactions.complete(stage.transaction(), signed, i, stage.byPeer(), stage.preimage(),
                        stage.htlcSecret());
            }
            return Batch.made(wants, purse.sign(signed, stages.stream().map(Building::spent).toList()), feerate, now);
        });
    }

    private static TxOutput spent(Wanted.SecondStage stage) {
        return new TxOutput(stage.transaction().inputAmount(),
                Scripts.payToWitnessScriptHash(stage.transaction().inputScript()));
    }

    private static TxOutput spent(Wanted.Anchor anchor) {
        return new TxOutput(anchor.claim().amount(), Scripts.payToWitnessScriptHash(anchor.claim().scriptCode()));
    }

    /** A child that pays for its parent too; none when the parent pays enough by itself. */
    private Optional<Batch> child(Wanted.Anchor anchor, FeeratePerKw feerate, BlockHeight now) {
        long parent = anchor.commitment().weight();
        if (!anchor.fee().lessThan(feerate.feeFor(parent))) return Optional.empty();
        var draft = new Tx(2, List.of(Sweeps.input(anchor.claim())), List.of(), 0);
        long weight = OVERHEAD_WEIGHT + Sweeps.inputWeight(anchor.claim()) + parent;
        Satoshi surplus = anchor.claim().amount().plus(anchor.fee());
        return purse.pay(anchor.outPoint(), draft, weight, surplus, feerate)
                .map(grown -> Batch.made(List.of(anchor), purse.sign(Sweeps.sign(grown, List.of(anchor.claim())),
                        List.of(spent(anchor))), feerate, now));
    }
}
