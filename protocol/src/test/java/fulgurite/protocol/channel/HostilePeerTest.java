package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.MessageGenerator;
import fulgurite.protocol.wire.OpenChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer that says anything, in every state that an honest life passes through. At each step of that life both sides
 * are given hostile inputs on the side, and then it goes on as if they had not been: so deep states are reached, and
 * each is tried. A rule that throws would take the channel's actor down with it.
 */
class HostilePeerTest {
    private static final int STEPS = 100;
    private static final int TRIES = 5;

    private final TreeSet<String> statesTried = new TreeSet<>();

    static LongStream seeds() {
        return LongStream.range(0, 8);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothing_that_a_peer_says_makes_a_rule_throw_or_a_balance_negative(long seed) {
        var random = new Random(seed);
        var both = new TwoChannels(ChannelLimits.REGTEST);
        if (seed % 3 == 0) both.bob.context = Participant.without(Feature.ANCHORS, both.bob.context);
        var heard = new ArrayList<LightningMessage>();
        var any = new MessageGenerator(seed);
        for (int step = 0; step < STEPS; step++) {
            heard.addAll(both.alice.outbox);
            heard.addAll(both.bob.outbox);
            for (Participant p : List.of(both.alice, both.bob))
                for (int i = 0; i < TRIES; i++) attack(both, p, hostile(both, p, random, heard, any), random);
            honestStep(both, random, step, seed);
        }
        assertThat(statesTried).contains("Unopened", "AwaitingAccept", "AwaitingFunding", "Normal", "Closing");
        assertThat(seed > 0 || statesTried.contains("Negotiating")).isTrue();
    }

    private void attack(TwoChannels both, Participant p, List<ChannelCommand> commands, Random random) {
        ChannelContext context = at(p.context, 100 + random.nextInt(300));
        statesTried.add(p.state.getClass().getSimpleName());
        try {
            Channel.Batch batch = Channel.decideAll(context, p.state, commands);
            assertThat(batch.stop()).as("no message of the peer makes us break an invariant").isEmpty();
            assertSound(context, batch.state());
            assertThat(Channel.evolveAll(p.state, batch.events())).isEqualTo(batch.state());
        } catch (RuntimeException e) {
            throw new AssertionError(p.name + " in " + p.state.getClass().getSimpleName() + " given "
                    + commands.stream().map(HostilePeerTest::name).toList(), e);
        }
    }

    private static String name(ChannelCommand c) {
        String text = c.toString();
        return text.substring(0, Math.min(400, text.length()));
    }

    private static void assertSound(ChannelContext context, ChannelState state) {
        Channel.resume(context, state);
        if (!(state instanceof ChannelState.Funded funded)) return;
        ActiveChannel c = funded.channel();
        for (View view : View.values()) {
            var spec = c.spec(view);
            MilliSatoshi sum = spec.toLocal().plus(spec.toRemote());
            for (var h : spec.htlcs()) sum = sum.plus(h.amount());
            assertThat(sum).as("%s", view).isEqualTo(c.terms().capacity().toMilliSatoshi());
            assertThat(spec.toLocal().isNegative() || spec.toRemote().isNegative()).as("%s", view).isFalse();
        }
        Channel.localCommitment(context, funded);
        assertThat(Channel.sendable(context, c).isNegative()).isFalse();
        assertThat(Channel.receivable(context, c).isNegative()).isFalse();
    }

    private static List<ChannelCommand> hostile(
            TwoChannels both, Participant p, Random random, List<LightningMessage> heard, MessageGenerator any) {
        var commands = new ArrayList<ChannelCommand>();
        var mutation = new Mutation(random);
        LightningMessage next = both.other(p).outbox.peek();
        if (next != null && random.nextInt(4) == 0) commands.add(heard(both, p, next));
        for (int i = random.nextInt(4); i >= 0; i--) {
            LightningMessage said = heard.isEmpty() ? any.next() : heard.get(random.nextInt(heard.size()));
            commands.add(switch (random.nextInt(6)) {
                case 0 -> heard(both, p, any.next());
                case 1 -> heard(both, p, said);
                case 2 -> command(both, p, random);
                case 3 -> heard(both, p, next == null ? said : mutation.of(next));
                default -> heard(both, p, mutation.of(mutation.of(said)));
            });
        }
        return commands;
    }

    private static ChannelCommand heard(TwoChannels both, Participant p, LightningMessage message) {
        Participant from = both.other(p);
        return message instanceof OpenChannel m && p.state instanceof ChannelState.Unopened
                ? new AcceptAsFundee(from.context.nodeId(), from.features(), 1, new ShortChannelId(8), m)
                : new Receive(message);
    }

    private static ChannelCommand command(TwoChannels both, Participant p, Random random) {
        Participant peer = both.other(p);
        long id = random.nextInt(6) - 1;
        int n = random.nextInt(40);
        return switch (random.nextInt(16)) {
            case 0 -> new OfferHtlc(new MilliSatoshi(random.nextLong(1_200_000_000L)), TwoChannels.hash(n),
                    new CltvExpiry(random.nextInt(600_000_000)), TwoChannels.ONION,
                    new HtlcOrigin.Local(Bytes32.ZERO, random.nextInt(1000)));
            case 1 -> new FulfilHtlc(id, TwoChannels.preimage(n));
            case 2 -> new FailHtlc(id, Bytes.EMPTY);
            case 3 -> new FailMalformedHtlc(id, Bytes32.ZERO, 0xc005);
            case 4 -> new UpdateFee(new FeeratePerKw(random.nextInt(120_000)));
            case 5 -> new Commit();
            case 6 -> new Shutdown(random.nextBoolean() ? p.context.shutdownScript() : Bytes.fromHex("6a"));
            case 7 -> new ForceClose();
            case 8 -> new AcknowledgeSettlement(id);
            case 9 -> new LinkUp(peer.features());
            case 10 -> new LinkLost();
            case 11 -> new FundingConfirmed(new BlockHeight(101), random.nextInt(3), random.nextInt(10), tx(peer));
            case 12 -> new FundingSpent(tx(random.nextBoolean() ? p : peer), new BlockHeight(90 + random.nextInt(50)));
            case 13 -> new OutputSpent(new OutPoint(tx(p).txid(), n), tx(peer), new BlockHeight(120));
            case 14 -> new FundingReady(tx(p), random.nextInt(3) - 1);
            default -> new NewBlock(new BlockHeight(90 + random.nextInt(300)));
        };
    }

    /** The latest commitment where there is one. */
    private static Tx tx(Participant p) {
        return p.state instanceof ChannelState.Funded funded
                ? Channel.localCommitment(p.context, funded)
                : new Tx(2, List.of(), List.of(), 0);
    }

    private static void honestStep(TwoChannels both, Random random, int step, long seed) {
        Participant p = random.nextBoolean() ? both.alice : both.bob;
        if (step == 1) both.alice.tell(both.openCommand(false));
        if (step < 8) {
            both.deliverOne(step % 2 == 0 ? both.alice : both.bob);
            return;
        }
        if (step == 10) both.confirm(6);
        if (step == 70) end(both, p, seed);
        switch (random.nextInt(10)) {
            case 0, 1 -> p.tell(TwoChannels.htlc(1 + random.nextInt(60_000_000), step), new Commit());
            case 2 -> p.tell(new FulfilHtlc(random.nextInt(4), TwoChannels.preimage(12 + random.nextInt(30))),
                    new Commit());
            case 3 -> p.tell(new FailHtlc(random.nextInt(4), Bytes.EMPTY), new Commit());
            case 4 -> {
                if (random.nextInt(4) == 0) {
                    both.disconnect();
                    both.reconnect();
                }
            }
            default -> {
                both.deliverOne(both.alice);
                both.deliverOne(both.bob);
            }
        }
    }

    /** By agreement, all HTLCs failed first; or by one side alone. */
    private static void end(TwoChannels both, Participant p, long seed) {
        if (seed % 2 == 1) {
            p.tell(new ForceClose());
            return;
        }
        both.deliverAll();
        for (Participant each : List.of(both.alice, both.bob))
            for (int id = 0; id < 40; id++) each.tell(new FailHtlc(id, Bytes.EMPTY));
        both.commit();
        p.tell(new Shutdown(p.context.shutdownScript()));
        both.deliverOne(p);
        both.deliverOne(both.other(p));
    }

    private static ChannelContext at(ChannelContext c, int height) {
        return c.at(new BlockHeight(height));
    }
}
