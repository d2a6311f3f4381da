package fulgurite.simulator.scenario;

import fulgurite.node.NodeActor;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.NodeId;

/** A node of a simulated network. @param number 0.. in the network; @param running its actors */
record SimulatedNode(int number, String name, NodeService service, NodeActor.Running running) {
    NodeId id() {
        return running.nodeId();
    }

    static String name(int number) {
        return "node-" + number;
    }
}
