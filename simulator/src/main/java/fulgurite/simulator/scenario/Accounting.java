package fulgurite.simulator.scenario;

import fulgurite.node.api.NodeService;
import fulgurite.node.chain.ChainBackend;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.chain.RegtestChain;
import fulgurite.simulator.check.Accounts;
import fulgurite.simulator.check.NodeAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Draws up the accounts of a calm world. */
final class Accounting {
    private final SimulatedWorld world;
    private final Topology topology;
    private final List<Satoshi> given;
    private final List<NodeService.Channel> opened;

    /** @param given to each node, by its number; @param opened in the order of the topology */
    Accounting(SimulatedWorld world, Topology topology, List<Satoshi> given, List<NodeService.Channel> opened) {
        this.world = world;
        this.topology = topology;
        this.given = given;
        this.opened = opened;
    }

    Accounts accounts() {
        SortedMap<TxId, Satoshi> fees = fees(world.chain());
        var nodes = new ArrayList<NodeAccount>();
        for (SimulatedNode node : world.nodes()) {
            NodeService.Balance balance = world.await(node.service().balance());
            nodes.add(new NodeAccount(node.id(), node.name(), given.get(node.number()).toMilliSatoshi(),
                    pushed(node.number()), paidBy(node.number(), fees),
                    balance.onChainConfirmed().plus(balance.onChainUnconfirmed()).toMilliSatoshi(),
                    world.await(node.service().channels()), world.await(node.service().payments())));
        }
        MilliSatoshi all = fees.values().stream().reduce(Satoshi.ZERO, Satoshi::plus).toMilliSatoshi();
        return new Accounts(nodes, all);
    }

    private MilliSatoshi pushed(int node) {
        MilliSatoshi pushed = MilliSatoshi.ZERO;
        for (Topology.PlannedChannel channel : topology.channels()) {
            if (channel.opener() == node) pushed = pushed.plus(channel.push().toMilliSatoshi());
            if (channel.other() == node) pushed = pushed.minus(channel.push().toMilliSatoshi());
        }
        return pushed;
    }

    private MilliSatoshi paidBy(int node, SortedMap<TxId, Satoshi> fees) {
        Satoshi paid = Satoshi.ZERO;
        for (int i = 0; i < opened.size(); i++)
            if (topology.channels().get(i).opener() == node)
                paid = paid.plus(fees.getOrDefault(opened.get(i).funding().orElseThrow().txid(), Satoshi.ZERO));
        return paid.toMilliSatoshi();
    }

    /** The fee of every confirmed transaction that is neither a coinbase nor pays from one, as the faucet's do. */
    private static SortedMap<TxId, Satoshi> fees(RegtestChain chain) {
        var amounts = new TreeMap<OutPoint, Satoshi>();
        var miners = new TreeMap<OutPoint, TxOutput>();
        var fees = new TreeMap<TxId, Satoshi>();
        for (int height = 1; height <= chain.tip().height().height(); height++) {
            List<Tx> block = chain.block(new BlockHeight(height)).map(ChainBackend.Block::transactions).orElseThrow();
            for (int i = 0; i < block.size(); i++) {
                Tx tx = block.get(i);
                boolean faucet = i > 0 && tx.inputs().stream().allMatch(input -> miners.containsKey(input.outPoint()));
                if (i > 0 && !faucet) fees.put(tx.txid(), fee(tx, amounts));
                for (int output = 0; output < tx.outputs().size(); output++) {
                    var outPoint = new OutPoint(tx.txid(), output);
                    amounts.put(outPoint, tx.outputs().get(output).amount());
                    // A coinbase pays the miner, and the last output of the faucet is its change.
                    if (i == 0 || faucet && output == tx.outputs().size() - 1)
                        miners.put(outPoint, tx.outputs().get(output));
                }
            }
        }
        return fees;
    }

    private static Satoshi fee(Tx tx, SortedMap<OutPoint, Satoshi> amounts) {
        Satoshi fee = Satoshi.ZERO;
        for (TxInput input : tx.inputs()) fee = fee.plus(amounts.getOrDefault(input.outPoint(), Satoshi.ZERO));
        for (TxOutput output : tx.outputs()) fee = fee.minus(output.amount());
        return fee;
    }
}
