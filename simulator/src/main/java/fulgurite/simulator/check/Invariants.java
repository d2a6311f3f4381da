package fulgurite.simulator.check;

import fulgurite.node.api.NodeService.Channel;
import fulgurite.node.api.NodeService.Hop;
import fulgurite.node.api.NodeService.Payment;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService.Route;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What must hold once a network is calm. */
public final class Invariants {
    private static final long MILLION = 1_000_000;
    /** Of a blinded path. */
    private static final long ROUNDED_HOPS = 3;

    private Invariants() {}

    /** Everything that is broken, in a fixed order; empty when all is well. */
    public static List<BrokenInvariant> check(Accounts accounts) {
        var broken = new ArrayList<BrokenInvariant>(checkCalm(accounts));
        checkTotal(accounts, broken);
        checkNodes(accounts, broken);
        return broken;
    }

    /** As {@link #check}, without the money: for a network in which channels have ended on chain. */
    public static List<BrokenInvariant> checkCalm(Accounts accounts) {
        var broken = new ArrayList<BrokenInvariant>();
        checkPending(accounts, broken);
        checkChannels(accounts, broken);
        checkOutcomes(accounts, broken);
        return broken;
    }

    private static void checkPending(Accounts accounts, List<BrokenInvariant> broken) {
        for (NodeAccount node : accounts.nodes()) {
            for (Channel channel : node.channels()) {
                int htlcs = channel.htlcsIn() + channel.htlcsOut();
                if (htlcs > 0)
                    broken.add(new BrokenInvariant.HtlcsPending(node.name(), channel.channelId(), htlcs));
            }
            for (Payment payment : node.payments())
                if (payment.state() == PaymentState.PENDING)
                    broken.add(new BrokenInvariant.PaymentPending(node.name(), payment.paymentHash()));
        }
    }

    /** A channel as one of its nodes sees it. */
    private record Told(NodeId by, Channel channel) {}

    private static void checkChannels(Accounts accounts, List<BrokenInvariant> broken) {
        SortedMap<String, List<Told>> byId = new TreeMap<>();
        for (NodeAccount node : accounts.nodes())
            for (Channel channel : node.channels())
                byId.computeIfAbsent(channel.channelId().toString(), first -> new ArrayList<>())
                        .add(new Told(node.id(), channel));
        for (List<Told> told : byId.values()) {
            Channel channel = told.getFirst().channel();
            if (told.size() == 2) checkSides(told.getFirst(), told.getLast(), broken);
            else broken.add(new BrokenInvariant.ChannelNotShared(channel.channelId(), told.size()));
        }
    }

    private static void checkSides(Told one, Told other, List<BrokenInvariant> broken) {
        Channel here = one.channel();
        Channel there = other.channel();
        ChannelId id = here.channelId();
        agree(id, "the peer", here.peer(), other.by(), broken);
        agree(id, "the peer", one.by(), there.peer(), broken);
        agree(id, "the funding", here.funding(), there.funding(), broken);
        agree(id, "the capacity", here.capacity(), there.capacity(), broken);
        agree(id, "the first side's balance", here.ours(), there.theirs(), broken);
        agree(id, "the second side's balance", here.theirs(), there.ours(), broken);
        agree(id, "the opener", here.weOpened(), !there.weOpened(), broken);
        MilliSatoshi sum = here.ours().plus(here.theirs());
        if (!sum.equals(here.capacity().toMilliSatoshi()))
            broken.add(new BrokenInvariant.ChannelNotBalanced(id, here.capacity().toMilliSatoshi(), sum));
    }

    private static void agree(ChannelId channel, String what, Object one, Object other, List<BrokenInvariant> broken) {
        if (!one.equals(other))
            broken.add(new BrokenInvariant.SidesDisagree(channel, what, one.toString(), other.toString()));
    }

    /** What the two ends of a payment say. */
    private static void checkOutcomes(Accounts accounts, List<BrokenInvariant> broken) {
        SortedMap<PaymentHash, NodeAccount> payees = new TreeMap<>();
        SortedMap<PaymentHash, Payment> received = received(accounts);
        for (NodeAccount node : accounts.nodes())
            for (Payment payment : node.payments())
                if (received.get(payment.paymentHash()) == payment) payees.put(payment.paymentHash(), node);
        for (NodeAccount node : accounts.nodes())
            for (Payment payment : node.payments()) {
                if (!payment.outgoing() || payment.state() == PaymentState.PENDING) continue;
                PaymentHash hash = payment.paymentHash();
                String payee = received.containsKey(hash)
                        ? received(payees.get(hash).id().toString(), received.get(hash).amount())
                        : "nothing received";
                String payer = payment.state() == PaymentState.SUCCEEDED
                        ? received(payee(payment, payees), arrives(payment, received))
                        : "nothing received";
                if (!payer.equals(payee)) broken.add(new BrokenInvariant.OutcomesDiffer(hash, payer, payee));
                received.remove(hash);
            }
        received.values()
                .forEach(payment -> broken.add(new BrokenInvariant.OutcomesDiffer(payment.paymentHash(),
                        "nothing", received(payees.get(payment.paymentHash()).id().toString(), payment.amount()))));
    }

    private static SortedMap<PaymentHash, Payment> received(Accounts accounts) {
        SortedMap<PaymentHash, Payment> received = new TreeMap<>();
        for (NodeAccount node : accounts.nodes())
            for (Payment payment : node.payments())
                if (!payment.outgoing() && payment.state() == PaymentState.SUCCEEDED)
                    received.put(payment.paymentHash(), payment);
        return received;
    }

    /** What the payee is to have received: at the end of a blinded path what is paid, and what its fees were rounded up by. */
    private static MilliSatoshi arrives(Payment payment, SortedMap<PaymentHash, Payment> received) {
        return payment.amount().plus(roundedUp(payment, received));
    }

    /**
     * By how much more has arrived at the end of blinded paths than was paid for. A path tells one fee for all of its hops,
     * each sum in it rounded up: a millisatoshi a hop, and a millionth of the amount.
     */
    private static MilliSatoshi roundedUp(Payment payment, SortedMap<PaymentHash, Payment> received) {
        Payment there = received.get(payment.paymentHash());
        if (payment.destination().isPresent() || there == null || there.amount().lessThan(payment.amount()))
            return MilliSatoshi.ZERO;
        MilliSatoshi more = there.amount().minus(payment.amount());
        long most = payment.amount().msat() / (MILLION / ROUNDED_HOPS) + ROUNDED_HOPS * (long) paid(payment).size();
        return more.msat() <= most ? more : MilliSatoshi.ZERO;
    }

    /** Who paid along blinded paths does not know whom: there whoever was paid will do. */
    private static String payee(Payment payment, SortedMap<PaymentHash, NodeAccount> payees) {
        return payment.destination()
                .or(() -> Optional.ofNullable(payees.get(payment.paymentHash())).map(NodeAccount::id))
                .map(NodeId::toString)
                .orElse("a payee behind blinded paths");
    }

    private static String received(String by, MilliSatoshi amount) {
        return by + " received " + amount;
    }

    private static void checkTotal(Accounts accounts, List<BrokenInvariant> broken) {
        MilliSatoshi given = MilliSatoshi.ZERO;
        MilliSatoshi found = accounts.chainFees();
        for (NodeAccount node : accounts.nodes()) {
            given = given.plus(node.given());
            found = found.plus(node.onChain());
            for (Channel channel : node.channels())
                if (channel.weOpened()) found = found.plus(channel.capacity().toMilliSatoshi());
        }
        if (!given.equals(found)) broken.add(new BrokenInvariant.MoneyNotConserved(given, found));
    }

    private static void checkNodes(Accounts accounts, List<BrokenInvariant> broken) {
        SortedMap<NodeId, MilliSatoshi> earned = earned(accounts);
        for (NodeAccount node : accounts.nodes()) {
            MilliSatoshi explained = node.given()
                    .minus(node.pushed())
                    .minus(node.chainFees())
                    .plus(earned.getOrDefault(node.id(), MilliSatoshi.ZERO));
            for (Payment payment : node.payments()) {
                if (payment.state() != PaymentState.SUCCEEDED) continue;
                explained = payment.outgoing()
                        ? explained.minus(payment.amount()).minus(payment.fee())
                        : explained.plus(payment.amount());
            }
            MilliSatoshi found = node.onChain();
            for (Channel channel : node.channels()) found = found.plus(channel.ours());
            if (!explained.equals(found))
                broken.add(new BrokenInvariant.NodeMoneyUnexplained(node.name(), explained, found));
        }
    }

    /** What each node has kept for forwarding, by the routes of the payments that succeeded. */
    public static SortedMap<NodeId, MilliSatoshi> earned(Accounts accounts) {
        SortedMap<NodeId, MilliSatoshi> earned = new TreeMap<>();
        SortedMap<PaymentHash, Payment> received = received(accounts);
        for (NodeAccount node : accounts.nodes())
            for (Payment payment : node.payments()) {
                if (!payment.outgoing() || payment.state() != PaymentState.SUCCEEDED) continue;
                for (Route route : paid(payment)) earn(route.hops(), earned);
                MilliSatoshi passedOn = roundedUp(payment, received);
                if (passedOn.msat() > 0) earned.merge(introduction(payment), passedOn, MilliSatoshi::minus);
            }
        return earned;
    }

    /** Where the blinded paths of a payment begin: to the one node that all its parts pass, the one fee of the paths goes. */
    private static NodeId introduction(Payment payment) {
        return paid(payment).getFirst().hops().getLast().from();
    }

    private static void earn(List<Hop> hops, SortedMap<NodeId, MilliSatoshi> earned) {
        for (int i = 0; i + 1 < hops.size(); i++)
            earned.merge(hops.get(i).to(), hops.get(i).amount().minus(hops.get(i + 1).amount()), MilliSatoshi::plus);
    }

    /** The routes of the parts that paid: the last ones, as many as make the amount. */
    private static List<Route> paid(Payment payment) {
        int first = payment.attempts().size();
        for (MilliSatoshi left = payment.amount(); left.msat() > 0 && first > 0; left = left
                .minus(payment.attempts().get(first).amount()))
            first--;
        return payment.attempts().subList(first, payment.attempts().size());
    }
}
