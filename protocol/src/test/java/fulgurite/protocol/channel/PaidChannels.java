package fulgurite.protocol.channel;

import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;

/** Two channels that pay each other in memory, for benchmarks. */
public final class PaidChannels {
    private final TwoChannels both = TwoChannels.open();
    private int next;

    /** @param pending HTLCs that stay on their way; @param checked whether the invariants are on */
    public PaidChannels(int pending, boolean checked) {
        for (int i = 0; i < pending; i++) both.alice.tell(TwoChannels.htlc(100_000, next++));
        both.commit();
        both.alice.checked = checked;
        both.bob.checked = checked;
    }

    /** One payment there and one back, from the offer until the removal is irrevocable at both sides. */
    public void payBothWays() {
        pay(both.alice, both.bob);
        pay(both.bob, both.alice);
        for (Participant p : new Participant[]{both.alice, both.bob}) {
            p.journal.clear();
            p.effects.clear();
        }
    }

    private void pay(Participant from, Participant to) {
        int number = next++;
        long id = from.channel().ledger().nextOffered();
        from.tell(TwoChannels.htlc(1_000_000, number), new Commit());
        both.deliverAll();
        to.tell(new FulfilHtlc(id, TwoChannels.preimage(number)), new Commit());
        both.deliverAll();
        from.tell(new ChannelCommand.AcknowledgeSettlement(id));
    }
}
