package fulgurite.simulator.fuzz;

import fulgurite.node.api.NodeService.Channel;
import fulgurite.node.api.NodeService;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.check.Accounts;
import fulgurite.simulator.check.BrokenInvariant;
import fulgurite.simulator.check.Invariants;
import fulgurite.simulator.check.NodeAccount;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks for every satoshi once all is calm.
 *
 * <p>In sum nothing may be missing or made: what the nodes were given is in their wallets, in open channels, in fees, or
 * in outputs on chain that are worth less than taking them.
 *
 * <p>And each honest node must have what its payments say, less what the chain may have cost it. That allowance is
 * reckoned from outside, from the chain and the journals, and is as small as can be said without following the node's
 * own reasoning:
 * <ul>
 * <li>the fees of the transactions that it published first, but not of those that spend a channel;
 * <li>of each channel that has closed: the fee of the spending transaction, where it is the one to pay it: the closer
 * with option_simple_close, else the opener, and then its anchors;
 * <li>of each channel that has closed: what is too small for an output there (its balance, HTLCs that are trimmed at the
 * highest feerate that ever was), a satoshi for each output rounded down, and outputs that nobody has spent.
 * </ul>
 * A node may have more than its payments say only where another lost what the chain costs, or cheated.
 */
final class Reckoning {
    private static final long DUST_SAT = 1_000;
    private static final long ANCHORS_SAT = 660;
    /** Weight of the heaviest HTLC transaction: an HTLC below its fee and the dust limit has no output. */
    private static final long HTLC_WEIGHT = 706;

    private final Stage stage;
    private final Setup setup;
    private final CrashableWorld world;
    private final List<Contract> contracts = new ArrayList<>();
    private final Trees trees;

    private Reckoning(Stage stage, Setup setup) {
        this.stage = stage;
        this.setup = setup;
        this.world = stage.world();
        var fundings = new TreeSet<OutPoint>();
        for (WorldNode node : world.nodes()) contracts.addAll(Contract.of(world, node));
        contracts.forEach(contract -> fundings.add(contract.funding()));
        this.trees = Trees.grow(world.chain(), stage.firstFreeHeight(), fundings);
    }

    /** What is broken first; empty when all is well. */
    static Optional<Run.Failure> check(Stage stage, Setup setup) {
        return new Reckoning(stage, setup).check();
    }

    private Optional<Run.Failure> check() {
        Accounts accounts = accounts();
        List<BrokenInvariant> broken = new ArrayList<>(Invariants.checkCalm(accounts));
        broken.removeIf(this::isExcused);
        if (!broken.isEmpty())
            return Optional.of(new Run.Failure(broken.getFirst().rule(), broken.getFirst().explanation()));
        return checkSum(accounts).or(() -> checkNodes(accounts));
    }

    private Accounts accounts() {
        var nodes = new ArrayList<NodeAccount>();
        for (WorldNode node : world.nodes()) {
            NodeService service = node.service().orElseThrow();
            NodeService.Balance balance = world.await(service.balance());
            nodes.add(new NodeAccount(node.id(), node.name(), given(), MilliSatoshi.ZERO, MilliSatoshi.ZERO,
                    balance.onChainConfirmed().plus(balance.onChainUnconfirmed()).toMilliSatoshi(),
                    world.await(service.channels()), world.await(service.payments())));
        }
        return new Accounts(nodes, trees.allFees().toMilliSatoshi());
    }

    private static MilliSatoshi given() {
        return new MilliSatoshi(Stage.COIN.toMilliSatoshi().msat() * Stage.COINS);
    }

    /**
     * A cheat's peers may tell another end of a payment than it does. And who has shown its preimage for an HTLC too
     * small for an output cannot claim it on chain: the payee counts it as received, the payer may not.
     */
    private boolean isExcused(BrokenInvariant broken) {
        if (!(broken instanceof BrokenInvariant.OutcomesDiffer differ)) return false;
        if (!stage.cheats().isEmpty()) return true;
        boolean small = contracts.stream()
                .flatMap(contract -> contract.ended().stream())
                .flatMap(channel -> channel.ledger().htlcs().stream())
                .anyMatch(htlc -> htlc.paymentHash().equals(differ.payment()) && isSmall(htlc));
        if (small) stage.tally().count("payments lost in dust");
        return small;
    }

    private boolean isSmall(Htlc htlc) {
        return htlc.amount().msat() <= smallest() * 1_000;
    }

    /** In satoshis: an HTLC of this or more always had an output. */
    private long smallest() {
        return DUST_SAT + HTLC_WEIGHT * stage.highestFeerate() / 1_000;
    }

    private Optional<Run.Failure> checkSum(Accounts accounts) {
        long found = trees.allFees().sat() * 1_000;
        for (NodeAccount node : accounts.nodes()) {
            found += node.onChain().msat();
            for (Channel channel : node.channels())
                if (channel.weOpened()) found += channel.capacity().toMilliSatoshi().msat();
        }
        for (OutPoint left : leftovers().keySet()) found += trees.amount(left).sat() * 1_000;
        long given = given().msat() * Setup.NODES;
        if (found == given) return Optional.empty();
        return Optional.of(new Run.Failure("money-conserved", "the nodes were given " + given
                + " msat; wallets, open channels, fees and what was left on chain have " + found));
    }

    /** Outputs that grew from channels and that are neither spent nor some wallet's nor a channel's. */
    private SortedMap<OutPoint, SortedSet<OutPoint>> leftovers() {
        var left = new TreeMap<OutPoint, SortedSet<OutPoint>>();
        trees.unspent().forEach((outPoint, from) -> {
            if (contracts.stream().noneMatch(contract -> contract.funding().equals(outPoint))
                    && !isInWallet(outPoint))
                left.put(outPoint, from);
        });
        return left;
    }

    private boolean isInWallet(OutPoint outPoint) {
        for (WalletKeys wallet : stage.wallets())
            if (wallet.find(trees.script(outPoint)).isPresent()) return true;
        return false;
    }

    private Optional<Run.Failure> checkNodes(Accounts accounts) {
        SortedMap<NodeId, MilliSatoshi> earned = Invariants.earned(accounts);
        long allowedToAll = 0;
        for (WorldNode node : world.nodes()) allowedToAll += allowance(node);
        for (int number = 0; number < Setup.NODES; number++) {
            NodeAccount account = accounts.nodes().get(number);
            long owed = owed(account, earned.getOrDefault(account.id(), MilliSatoshi.ZERO)) + pushedTo(number);
            long found = account.onChain().msat();
            for (Channel channel : account.channels()) found += channel.ours().msat();
            long allowance = allowance(world.node(number));
            boolean cheat = setup.villain().equals(OptionalInt.of(number)) && !stage.cheats().isEmpty();
            String story = account.name() + " is owed " + owed + " msat less at most " + allowance + " and has "
                    + found;
            if (!cheat && found < owed - allowance) return Optional.of(new Run.Failure("node-lost-money", story));
            if (stage.cheats().isEmpty() && found > owed + allowedToAll)
                return Optional.of(new Run.Failure("node-made-money", story));
            if (!cheat) stage.tally().add("sat of allowance", allowance / 1_000);
            if (!cheat) stage.tally().add("sat of allowance used", Math.max(0, owed - found) / 1_000);
        }
        return Optional.empty();
    }

    private static long owed(NodeAccount account, MilliSatoshi earned) {
        long owed = account.given().msat() + earned.msat();
        for (NodeService.Payment payment : account.payments()) {
            if (payment.state() != NodeService.PaymentState.SUCCEEDED) continue;
            owed += payment.outgoing() ? -payment.amount().msat() - payment.fee().msat() : payment.amount().msat();
        }
        return owed;
    }

    /** What others gave to the node when they opened channels, less what it gave so; in msat. */
    private long pushedTo(int number) {
        long msat = 0;
        for (Contract contract : contracts)
            if (contract.node() == world.node(number) && trees.isConfirmed(contract.funding()))
                msat += contract.weOpened() ? -contract.push().msat() : contract.push().msat();
        return msat;
    }

    /** In msat. */
    private long allowance(WorldNode node) {
        long sat = 0;
        var ends = new TreeSet<TxId>();
        for (Contract contract : contracts) trees.spender(contract.funding()).ifPresent(ends::add);
        for (var tx : trees.transactions())
            if (!ends.contains(tx.txid()) && world.publisher(tx.txid()).equals(Optional.of(node)))
                sat += trees.feeOf(tx.txid()).sat();
        var left = leftovers();
        for (Contract contract : contracts) {
            Optional<TxId> end = trees.spender(contract.funding());
            if (contract.node() != node || end.isEmpty()) continue;
            sat += feeOfEnd(contract, end.get());
            sat += 2 * DUST_SAT + small(contract);
            for (var entry : left.entrySet())
                if (entry.getValue().contains(contract.funding())) sat += trees.amount(entry.getKey()).sat();
        }
        return sat * 1_000;
    }

    /** What the transaction that ended a channel has cost this side of it. */
    private long feeOfEnd(Contract contract, TxId end) {
        long fee = trees.feeOf(end).sat();
        // At the closer's expense, and it has nobody's signature but the other side's.
        if (contract.signedForPeer().contains(end)) return 0;
        boolean peerSigned = contracts.stream()
                .anyMatch(each -> each.funding().equals(contract.funding()) && each.signedForPeer().contains(end));
        if (peerSigned) return fee;
        return contract.weOpened() ? fee + ANCHORS_SAT : 0;
    }

    /** What HTLCs without an output were worth, and what the others lost in rounding. */
    private long small(Contract contract) {
        long sat = 0;
        for (Htlc htlc : contract.ended().map(channel -> channel.ledger().htlcs()).orElse(List.of()))
            sat += 1 + (isSmall(htlc) ? htlc.amount().toSatoshi().sat() : 0);
        return sat;
    }
}
