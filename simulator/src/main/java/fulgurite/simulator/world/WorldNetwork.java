package fulgurite.simulator.world;

import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport;
import fulgurite.simulator.chain.RegtestChain;
import fulgurite.simulator.network.SimulatedNetwork;

/** What surrounds the nodes: the lines between them, and the chain. */
record WorldNetwork(SimulatedNetwork lines, RegtestChain chain) {
    Transport transport(PeerAddress home) {
        return lines.transport(home);
    }

    /** The end of a process: nobody listens there any more, and its lines break. */
    void silence(PeerAddress home, boolean inFlightIsLost) {
        lines.silence(home, inFlightIsLost);
    }
}
