package fulgurite.simulator.routing;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The gossip of a map's network with true signatures by true keys: for each channel its announcement and the updates of
 * both sides, and an announcement of each node; and the outputs that a chain would have for it.
 *
 * @param messages in an order in which a node would take them
 * @param secrets of the nodes
 */
public record SignedGossip(List<GossipMessage> messages, TreeMap<ShortChannelId, FundingOutput> outputs,
        TreeMap<NodeId, PrivateKey> secrets) {
    /** The nodes of the map are given other ids: those of keys that are known. */
    public static SignedGossip of(ChannelMap map, Bytes32 chainHash, Timestamp at) {
        Topology topology = map.topology();
        PrivateKey[] secrets = new PrivateKey[topology.nodes()];
        NodeId[] ids = new NodeId[topology.nodes()];
        for (int node = 0; node < ids.length; node++) {
            secrets[node] = secret(node + 1);
            ids[node] = new NodeId(Curve.publicKey(secrets[node]));
        }
        var messages = new ArrayList<GossipMessage>();
        var outputs = new TreeMap<ShortChannelId, FundingOutput>();
        for (int channel = 0; channel < topology.channels(); channel++) {
            int slot = topology.slotFromNode1(channel);
            int[] ends = {topology.other(slot), topology.target(slot)};
            ShortChannelId id = topology.channel(channel);
            ChannelAnnouncement announcement = announcement(chainHash, id, secrets, ids, ends);
            messages.add(announcement);
            outputs.put(id, output(channel, map.capacitySat(slot), announcement));
            for (int side = 0; side < 2; side++) {
                ChannelMap.Terms terms = map.terms(side == 0 ? slot : topology.twin(slot));
                messages.add(OwnGossip.channelUpdate(chainHash, id, at, policy(terms), terms.usable(), true,
                        ids[ends[1 - side]], secrets[ends[side]]));
            }
        }
        for (int node = 0; node < ids.length; node++)
            messages.add(OwnGossip.nodeAnnouncement(Features.EMPTY, at, "node " + node, Bytes.zeros(3), Bytes.EMPTY,
                    secrets[node]));
        var keys = new TreeMap<NodeId, PrivateKey>();
        for (int node = 0; node < ids.length; node++) keys.put(ids[node], secrets[node]);
        return new SignedGossip(messages, outputs, keys);
    }

    public Optional<FundingOutput> output(ShortChannelId id) {
        return Optional.ofNullable(outputs.get(id));
    }

    /** @throws IllegalArgumentException when there is no such node */
    public PrivateKey secretOf(NodeId node) {
        PrivateKey secret = secrets.get(node);
        if (secret == null) throw new IllegalArgumentException("no node " + node);
        return secret;
    }

    private static PrivateKey secret(int number) {
        byte[] key = new byte[32];
        for (int i = 0; i < 4; i++) key[31 - i] = (byte) (number >>> 8 * i);
        return PrivateKey.copyOf(key);
    }

    private static RoutingPolicy policy(ChannelMap.Terms terms) {
        return new RoutingPolicy(new MilliSatoshi(terms.feeBaseMsat()), terms.feeMillionths(),
                new CltvDelta(terms.cltvDelta()), new MilliSatoshi(terms.minMsat()),
                new MilliSatoshi(terms.maxMsat()));
    }

    /** A node's funding key is its own: nobody spends here. */
    private static ChannelAnnouncement announcement(Bytes32 chainHash, ShortChannelId id, PrivateKey[] secrets,
            NodeId[] ids, int[] ends) {
        boolean ordered = ids[ends[0]].compareTo(ids[ends[1]]) < 0;
        PrivateKey one = secrets[ends[ordered ? 0 : 1]];
        PrivateKey two = secrets[ends[ordered ? 1 : 0]];
        ChannelAnnouncement bare = OwnGossip.unsigned(chainHash, id, Features.EMPTY,
                new OwnGossip.Side(ids[ends[0]], ids[ends[0]].key()),
                new OwnGossip.Side(ids[ends[1]], ids[ends[1]].key()));
        Signature byOne = Curve.sign(OwnGossip.digest(bare), one);
        Signature byTwo = Curve.sign(OwnGossip.digest(bare), two);
        return new ChannelAnnouncement(byOne, byTwo, byOne, byTwo, bare.features(), chainHash, id, bare.nodeId1(),
                bare.nodeId2(), bare.bitcoinKey1(), bare.bitcoinKey2(), bare.extension());
    }

    private static FundingOutput output(int number, long capacitySat, ChannelAnnouncement announcement) {
        byte[] txid = new byte[32];
        for (int i = 0; i < 4; i++) txid[i] = (byte) (number >>> 8 * i);
        return new FundingOutput(new OutPoint(new TxId(Bytes.ofOwned(txid)), 0), new Satoshi(capacitySat),
                Scripts.payToWitnessScriptHash(
                        Scripts.multisig(announcement.bitcoinKey1(), announcement.bitcoinKey2())));
    }
}
