package fulgurite.simulator.interop;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Payments through a Core Lightning node, and through ours between two of Core Lightning's, over announced channels. */
@Timeout(600)
class ThroughEachTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void they_forward_between_two_of_ours() {
        try (var scene = new LightningScene(directory);
                var other = new Ours("other", directory.resolve("other"), scene.bitcoind, List.of())) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            await(other.service().connect(scene.cln.tcpUri()));
            scene.cln.call("fundchannel", "id", other.id().toString(), "amount", 500_000);
            scene.mine(6);
            until("it is usable", () -> other.channel(scene.them()).state().equals("normal"));
            until("it is known", () -> await(scene.us.service().network()).edges().size() == 2);
            NodeService.Payment paid = scene.wePay(other.invoice(20_000_000));
            assertThat(paid.state()).as("%s", paid.failure()).isEqualTo(PaymentState.SUCCEEDED);
            assertThat(paid.fee().msat()).isPositive();
            NodeService.Payment back = await(other.service().pay(scene.us.invoice(5_000_000), Optional.empty()));
            assertThat(back.state()).as("%s", back.failure()).isEqualTo(PaymentState.SUCCEEDED);
        }
    }

    @Test
    void we_forward_between_two_of_theirs() {
        try (var scene = new LightningScene(directory);
                var other = new CoreLightning(directory.resolve("other"), scene.bitcoind)) {
            scene.connect(scene.cln.tcpUri());
            scene.theyOpen();
            NodeId id = other.id;
            await(scene.us.service().connect(other.webSocketUri()));
            await(scene.us.service()
                    .create(new NodeService.Create(id, new Satoshi(500_000), new Satoshi(100_000), true, false, Optional
                            .empty())));
            scene.mine(6);
            until("it is usable", () -> scene.us.channel(id).state().equals("normal")
                    && other.state(scene.us.id()).equals("CHANNELD_NORMAL"));
            until("both are known there", () -> scene.cln.call("listchannels").path("channels").size() == 4
                    && other.call("listchannels").path("channels").size() == 4);
            assertThat(scene.theyPay(other.invoice(20_000_000, "through")).path("status").asText())
                    .isEqualTo("complete");
            assertThat(other.call("pay", "bolt11", scene.theirInvoice(5_000_000)).path("status").asText())
                    .isEqualTo("complete");
        }
    }
}
