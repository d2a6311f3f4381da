package fulgurite.node.payment;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.graph.RouteResult.Unreached;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final NodeId ONE = NodeId.fromHex("02" + "11".repeat(32));
    private static final NodeId OTHER = NodeId.fromHex("03" + "22".repeat(32));

    @Test
    void of_several_destinations_each_has_its_reason() {
        assertThat(Routes.why(new Reason.NoneOfThem(List.of(new Unreached(ONE, new Reason.NotConnected()),
                new Unreached(OTHER, new Reason.SameNode(OTHER))))))
                .isEqualTo("to 0211111111: no channels lead there; to 0322222222: that is this node itself");
    }

    @Test
    void one_reason_for_all_destinations_is_told_once() {
        var broke = new Reason.InsufficientBalance(new MilliSatoshi(1), new MilliSatoshi(2));
        assertThat(Routes.why(new Reason.NoneOfThem(List.of(new Unreached(ONE, broke), new Unreached(OTHER, broke)))))
                .startsWith("to none of the 2 destinations: no channel can send 2 msat");
    }
}
