package fulgurite.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestInbox;
import fulgurite.node.peer.PeerLinks.Live;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.Features;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerLinksTest {
    private final List<NodeId> ids = List.of(TestNode.settings(1).nodeId(), TestNode.settings(2).nodeId())
            .stream()
            .sorted()
            .toList();
    private final NodeId lower = ids.getFirst();
    private final NodeId higher = ids.getLast();

    @Test
    void both_sides_of_two_crossed_lines_keep_the_one_that_the_lower_id_dialled() {
        PeerLinks atLower = PeerLinks.NONE.withLive(live(true));
        assertThat(atLower.prefers(live(false), true, lower, higher)).isFalse();
        PeerLinks atHigher = PeerLinks.NONE.withLive(live(true));
        assertThat(atHigher.prefers(live(false), true, higher, lower)).isTrue();
        PeerLinks otherOrderAtLower = PeerLinks.NONE.withLive(live(false));
        assertThat(otherOrderAtLower.prefers(live(true), true, lower, higher)).isTrue();
        PeerLinks otherOrderAtHigher = PeerLinks.NONE.withLive(live(false));
        assertThat(otherOrderAtHigher.prefers(live(true), true, higher, lower)).isFalse();
    }

    @Test
    void a_later_line_or_one_of_the_same_direction_wins() {
        for (NodeId us : ids) {
            NodeId them = us.equals(lower) ? higher : lower;
            PeerLinks accepted = PeerLinks.NONE.withLive(live(false));
            assertThat(accepted.prefers(live(false), true, us, them)).isTrue();
            assertThat(accepted.prefers(live(true), false, us, them)).isTrue();
            assertThat(PeerLinks.NONE.prefers(live(true), false, us, them)).isTrue();
        }
    }

    private static Live live(boolean dialled) {
        return new Live(TestInbox.<PeerConnectionActor.Command>create().getRef(), dialled, Features.EMPTY, "a test");
    }
}
