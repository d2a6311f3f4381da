package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.sweep.Sweeper;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.Features;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A channel's end, played on a test chain: both ends hear of every block and do what they decide. */
final class ClosingStory {
    static final int START = 100;

    final Duet duet;
    Feerates feerates = Feerates.FLOOR;
    final TestChain chain = new TestChain(START);
    final List<List<ChannelEffect.HtlcSettled>> settled = List.of(new ArrayList<>(), new ArrayList<>());
    final List<List<String>> warnings = List.of(new ArrayList<>(), new ArrayList<>());
    final boolean[] silent = {false, false};
    private final List<Set<OutPoint>> watched = List.of(new LinkedHashSet<>(), new LinkedHashSet<>());
    private final List<List<ChannelCommand>> inbox = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<TestPurse> purses = List.of(purse(Duet.ALICE), purse(Duet.BOB));
    private final List<Sweeper> sweepers = purses.stream().map(Sweeper::new).toList();

    ClosingStory(Duet duet) {
        this.duet = duet;
        OutPoint funding = new OutPoint(Duet.FUNDING_TX.txid(), 0);
        chain.give(funding, Duet.FUNDING_TX.outputs().getFirst());
        for (Set<OutPoint> side : watched) side.add(funding);
    }

    ChannelContext context(int who) {
        return new ChannelContext(chain.height(), feerates, duet.keys[who],
                new NodeId(duet.keys[who].basepoints().payment()), duet.keys[who].payment(), Features.EMPTY,
                script(who), Bytes32.ZERO, ChannelLimits.REGTEST);
    }

    /** Where that side's money goes. */
    Bytes script(int who) {
        return P2wpkh.script(Curve.publicKey(PrivateKey.fromHex((who == Duet.ALICE ? "a1" : "b1").repeat(32))));
    }

    Satoshi balance(int who) {
        return chain.balanceOf(script(who));
    }

    /** That side publishes its latest commitment for good. */
    void forceClose(int who) {
        Tx commitment = duet.signedCommitment(who);
        duet.apply(who, new ChannelEvent.ClosedUnilaterally("we closed", Optional.of(commitment)));
        perform(who, OnChain.resume(context(who), (ChannelState.Closing) duet.states[who]));
    }

    /** Mines blocks until both are done with the chain. @return how many */
    int playToTheEnd() {
        for (int blocks = 0; blocks < 200; blocks++) {
            if (duet.states[0] instanceof ChannelState.Closed && duet.states[1] instanceof ChannelState.Closed)
                return blocks;
            block();
        }
        throw new AssertionError("never done: " + duet.states[0].getClass() + " and " + duet.states[1].getClass());
    }

    /** Mines until that side is done, whatever the other does. */
    void playUntilClosed(int who) {
        for (int blocks = 0; blocks < 200; blocks++) {
            if (duet.states[who] instanceof ChannelState.Closed) return;
            block();
        }
        throw new AssertionError("never done");
    }

    /** Publishes an HTLC transaction without asking the state machine: what a cheater does. */
    void publishSecondStage(int who, Wanted.SecondStage spend) {
        if (spend.transaction().format().hasAnchors())
            new Sweeper(purse(who + 2)).publish(List.of(spend), chain.height(), feerates)
                    .forEach(all -> all.forEach(chain::submit));
        else
            chain.submit(HtlcTransactions.complete(spend.transaction(), spend.transaction().tx(), 0, spend.byPeer(),
                    spend.preimage(), spend.htlcSecret()));
    }

    private TestPurse purse(int number) {
        return new TestPurse(chain, script(number % 2), number);
    }

    /** What the wallets have paid for HTLC transactions and commitments. */
    Satoshi walletSpent() {
        return purses.get(0).spent().plus(purses.get(1).spent());
    }

    void blocks(int count) {
        for (int i = 0; i < count; i++) block();
    }

    void block() {
        List<Tx> mined = chain.mine();
        for (int who = 0; who < 2; who++) {
            if (silent[who]) continue;
            for (Tx tx : mined)
                for (TxInput input : tx.inputs())
                    if (watched.get(who).contains(input.outPoint())) tellSpent(who, input.outPoint());
            drain(who);
            tell(who, new ChannelCommand.NewBlock(chain.height()));
            drain(who);
        }
    }

    /** That side comes back after having slept: what a chain watcher tells it then. */
    void wake(int who) {
        silent[who] = false;
        for (OutPoint at : List.copyOf(watched.get(who))) tellSpent(who, at);
        drain(who);
    }

    private void tellSpent(int who, OutPoint at) {
        Optional<TestChain.Spend> spend = chain.spendOf(at);
        if (spend.isEmpty()) return;
        boolean funding = at.equals(new OutPoint(Duet.FUNDING_TX.txid(), 0));
        inbox.get(who)
                .add(funding
                        ? new ChannelCommand.FundingSpent(spend.get().tx(), spend.get().height())
                        : new ChannelCommand.OutputSpent(at, spend.get().tx(), spend.get().height()));
    }

    private void drain(int who) {
        while (!inbox.get(who).isEmpty()) tell(who, inbox.get(who).removeFirst());
    }

    void tell(int who, ChannelCommand command) {
        Decision decision = switch (duet.states[who]) {
            case ChannelState.Closing closing -> OnChain.decide(context(who), closing, command);
            case ChannelState.Funded funded when command instanceof ChannelCommand.FundingSpent spent -> OnChain
                    .fundingSpent(context(who), funded, spent);
            default -> Decision.nothing();
        };
        if (decision instanceof Decision.Refused(var refusal)) throw new AssertionError("refused: " + refusal);
        decision.eventsOrNone().forEach(event -> duet.apply(who, event));
        perform(who, decision.effectsOrNone());
    }

    void perform(int who, List<ChannelEffect> effects) {
        for (ChannelEffect effect : effects) perform(who, effect);
    }

    private void perform(int who, ChannelEffect effect) {
        if (effect instanceof ChannelEffect.Publish(Tx tx)) chain.submit(tx);
        else if (effect instanceof ChannelEffect.WatchSpent(OutPoint at, Bytes script)) {
            if (watched.get(who).add(at)) tellSpent(who, at);
        } else
            if (effect instanceof ChannelEffect.BringHome(var wants))
                sweepers.get(who)
                        .publish(wants, chain.height(), feerates)
                        .forEach(together -> together.forEach(chain::submit));
            else
                if (effect instanceof ChannelEffect.WarnOperator(var id, String text)) warnings.get(who).add(text);
                else if (effect instanceof ChannelEffect.HtlcSettled s) {
                    settled.get(who).add(s);
                    duet.apply(who, new ChannelEvent.SettlementAcknowledged(s.htlcId()));
                }
    }
}
