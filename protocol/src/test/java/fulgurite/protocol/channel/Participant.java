package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.invariants.ChannelInvariants;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One end of a channel in a test: its state, its journal, its effects, and the messages it has put on the wire. */
final class Participant {
    final String name;
    final Deque<LightningMessage> outbox = new ArrayDeque<>();
    final List<ChannelEvent> journal = new ArrayList<>();
    final List<ChannelEffect> effects = new ArrayList<>();
    ChannelContext context;
    ChannelState state = Channel.INITIAL;
    /** Off only where the cost of the checks is measured. */
    boolean checked = true;

    Participant(String name, ChannelLimits limits) {
        this.name = name;
        Bytes32 seed = Hashes.sha256(Bytes.copyOf(name.getBytes(StandardCharsets.UTF_8)));
        PrivateKey secret = new PrivateKey(Hashes.sha256(seed.bytes()).bytes());
        Features features = Features.optional(Feature.DATA_LOSS_PROTECT, Feature.UPFRONT_SHUTDOWN_SCRIPT,
                Feature.STATIC_REMOTEKEY, Feature.ANCHORS, Feature.SHUTDOWN_ANYSEGWIT, Feature.CHANNEL_TYPE,
                Feature.QUIESCE);
        context = new ChannelContext(new BlockHeight(100), Feerates.flat(new FeeratePerKw(1000)),
                ChannelKeys.derive(seed, 1), new NodeId(Curve.publicKey(secret)), secret, features,
                Scripts.payToWitnessKeyHash(Curve.publicKey(secret)), Hashes.sha256(Bytes.EMPTY), limits);
    }

    /** Decides, journals, then runs the effects: one journal write. */
    Channel.Batch tell(ChannelCommand... commands) {
        Channel.Batch batch = Channel.decideAll(context, state, List.of(commands), checked);
        assertThat(batch.stop()).as(name + " keeps the invariants").isEmpty();
        journal.addAll(batch.events());
        state = batch.state();
        batch.effects().forEach(this::run);
        return batch;
    }

    Decision only(ChannelCommand command) {
        return tell(command).decisions().getFirst();
    }

    /** Forgets everything but the journal's first {@code events}, as a crash does, and starts again. */
    void restart(int events) {
        while (journal.size() > events) journal.removeLast();
        state = Channel.evolveAll(Channel.INITIAL, journal);
        outbox.clear();
        tell(new ChannelCommand.LinkLost());
        List<ChannelEffect> again = Channel.resume(context, state);
        assertThat(ChannelInvariants.ofEffects(context, state, again)).isEmpty();
        again.forEach(this::run);
    }

    ActiveChannel channel() {
        assertThat(state).as(name + " has a funded channel").isInstanceOf(ChannelState.Funded.class);
        return ((ChannelState.Funded) state).channel();
    }

    <E extends ChannelEffect> List<E> effects(Class<E> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    Features features() {
        return context.features();
    }

    static ChannelContext without(Feature feature, ChannelContext c) {
        return c.with(c.features().without(feature));
    }

    private void run(ChannelEffect effect) {
        effects.add(effect);
        if (effect instanceof ChannelEffect.Send(var message)) outbox.add(message);
        if (effect instanceof ChannelEffect.FundChannel(var script, var amount, var feerate))
            tell(new ChannelCommand.FundingReady(funding(new TxOutput(amount, script)), 0));
    }

    private static Tx funding(TxOutput output) {
        var input = TxInput.unsigned(new OutPoint(new TxId(Hashes.sha256(output.script()).bytes()), 0), 0xfffffffdL);
        return new Tx(2, List.of(input), List.of(output), 0);
    }
}
