package fulgurite.simulator.demo;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;

/** The nodes and the chain that the demo's commands act on. */
interface DemoNetwork extends AutoCloseable {
    /** All nodes, running or not, in the order of their creation. */
    List<String> names();

    /** The running node. @throws DemoException when there is none of that name, or it is stopped */
    NodeService node(String name);

    boolean isRunning(String name);

    /** Starts a stopped node from its journal. */
    void start(String name);

    /** Stops a running node gracefully; its journal stays. */
    void stop(String name);

    /** How other nodes dial this one: {@code fulgurite://nodeid@host:port}. */
    String uri(String name);

    NodeId nodeId(String name);

    /** The name of a node of this network. */
    Optional<String> nameOf(NodeId id);

    /** Gives the node coins from the chain's coinbase; one block confirms them. */
    void fund(String name, Satoshi amount);

    /** Mines one block with what the mempool holds. */
    void mineBlock();

    BlockHeight height();

    /** Unconfirmed transactions. */
    int mempoolSize();

    @Override
    void close();
}
