package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are dialled where their announcements say that they listen. */
class FoundByGossipTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void an_announced_node_is_dialled_by_its_id_alone() {
        try (var village = new Village(directory)) {
            for (String name : new String[]{"alice", "bob", "carol"}) village.start(name);
            village.fund("alice", new Satoshi(2_000_000));
            village.fund("bob", new Satoshi(2_000_000));
            assertThatThrownBy(() -> await(village.node("alice").connect(village.id("carol").toString())))
                    .hasMessageContaining("give NODEID@HOST:PORT");
            assertThatThrownBy(() -> await(village.node("alice").connect("carol")))
                    .hasMessageContaining("66 hexadecimal");
            village.open("alice", "bob", new Satoshi(500_000), new Satoshi(0));
            village.open("bob", "carol", new Satoshi(500_000), new Satoshi(0));
            until("alice has found carol", () -> {
                try {
                    return await(village.node("alice").connect(village.id("carol").toString())).connected();
                } catch (NodeService.ServiceException notYet) {
                    return false;
                }
            });
            until("carol knows alice", () -> await(village.node("carol").peers()).stream()
                    .anyMatch(peer -> peer.nodeId().equals(village.id("alice")) && peer.connected()));
        }
    }
}
