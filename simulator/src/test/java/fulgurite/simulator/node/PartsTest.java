package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alice has two channels to Carol, of a million satoshi each, and pays more than one of them holds. */
class PartsTest {
    @TempDir
    private Path directory;
    private Village village;

    @BeforeEach
    void build() {
        village = new Village(directory);
        for (String name : new String[]{"alice", "carol"}) village.start(name);
        village.fund("alice", new Satoshi(100_000_000));
        village.open("alice", "carol", new Satoshi(1_000_000), Satoshi.ZERO);
        village.open("alice", "carol", new Satoshi(1_000_000), Satoshi.ZERO);
    }

    @AfterEach
    void leave() {
        village.close();
    }

    private NodeService.Payment pay(long sat) {
        var invoice = await(village.node("carol")
                .invoice(Optional.of(new MilliSatoshi(sat * 1000)), "much",
                        Duration.ofHours(1)));
        return await(village.node("alice").pay(invoice.bolt11(), Optional.empty()));
    }

    @Test
    void what_no_channel_holds_alone_is_paid_in_parts_and_the_story_tells_so() {
        NodeService.Payment paid = pay(1_500_000);
        assertThat(paid.failure()).isEmpty();
        assertThat(paid.state()).isEqualTo(NodeService.PaymentState.SUCCEEDED);
        assertThat(paid.fee()).isEqualTo(MilliSatoshi.ZERO);
        assertThat(paid.attempts().size()).isGreaterThan(1);
        until("carol has it", () -> await(village.node("carol").balance()).inChannels().msat() == 1_500_000_000L);
        assertThat(await(village.node("alice").explain(paid.paymentHash())))
                .extracting(NodeService.StoryLine::what)
                .anyMatch(line -> line.startsWith("looked for routes (probabilistic)") && line.contains("together"))
                .anyMatch(line -> line.startsWith("succeeded with attempt"));
    }

    @Test
    void a_story_says_why_there_was_no_route_and_of_unknown_payments_there_is_none() {
        NodeService.Payment failed = pay(2_500_000);
        assertThat(failed.state()).isEqualTo(NodeService.PaymentState.FAILED);
        assertThat(await(village.node("alice").explain(failed.paymentHash())))
                .extracting(NodeService.StoryLine::what)
                .anyMatch(line -> line.contains("none, all channels together can send"))
                .anyMatch(line -> line.contains("takes no more than"));
        var unknown = PaymentHash.fromHex("00".repeat(32));
        assertThatThrownBy(() -> await(village.node("alice").explain(unknown)))
                .isInstanceOf(NodeService.ServiceException.class);
    }

    @Test
    void of_several_destinations_the_route_leads_to_one_that_can_be_paid_and_else_the_reason_tells_of_each() {
        NodeService alice = village.node("alice");
        NodeId stranger = NodeId.fromHex("02" + "11".repeat(32));
        NodeService.Route route = await(
                alice.route(List.of(stranger, village.id("carol")), new MilliSatoshi(1_000_000)));
        assertThat(route.hops().getLast().to()).isEqualTo(village.id("carol"));
        assertThatThrownBy(
                () -> await(alice.route(List.of(stranger, village.id("alice")), new MilliSatoshi(1_000_000))))
                .isInstanceOf(NodeService.ServiceException.class)
                .hasMessageContaining("to 0211111111: no channel of " + stranger + " is known")
                .hasMessageContaining(
                        "to " + village.id("alice").toHex().substring(0, 10) + ": that is this node itself");
    }
}
