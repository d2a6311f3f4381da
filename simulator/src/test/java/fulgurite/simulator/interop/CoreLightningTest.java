package fulgurite.simulator.interop;

import static fulgurite.simulator.interop.LightningScene.COINS;
import static fulgurite.simulator.interop.LightningScene.PUSH;
import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Core Lightning as a peer. Needs {@code bitcoind}, {@code bitcoin-cli} and {@code lightningd} on the PATH or named by
 * {@code BITCOIND}, {@code BITCOIN_CLI} and {@code LIGHTNINGD}; skipped without them.
 */
class CoreLightningTest extends PeerStories<CoreLightning> {
    @Override
    LightningScene<CoreLightning> scene(String... featuresOff) {
        CoreLightning.require();
        return new LightningScene<>(directory, CoreLightning::new, featuresOff);
    }

    /** The fee changes among the payments. */
    @Override
    void meanwhile(LightningScene<CoreLightning> scene) {
        scene.peer.call("dev-feerate", "id", scene.us.id().toString(), "feerate", 3_000);
    }

    @Override
    void afterwards(LightningScene<CoreLightning> scene) {
        assertThat(scene.peer.channel(scene.us.id()).path("feerate").path("perkw").asInt()).isEqualTo(3_000);
    }

    @Test
    void over_web_socket_we_open_both_pay_and_close() {
        try (var scene = scene()) {
            scene.connect(scene.peer.webSocketUri());
            scene.weOpen();
            scene.bothPay();
            scene.weCloseByAgreement();
            scene.settledOnChain();
        }
    }

    @Test
    void channels_without_anchors_are_opened_paid_over_and_closed_alone() {
        try (var scene = scene("anchors")) {
            scene.connect(scene.peer.tcpUri());
            scene.weOpen();
            assertThat(scene.peer.channel(scene.us.id()).path("channel_type").toString()).contains("static_remotekey")
                    .doesNotContain("anchors");
            scene.bothPay();
            scene.peer.call("dev-fail", "id", scene.us.id().toString());
            scene.settledOnChain();
        }
    }

    @Test
    void an_htlc_that_they_never_answer_comes_home_when_we_close_alone() {
        anHtlcComesHome(scene -> await(scene.us.service().close(scene.us.channel(scene.them()).channelId(), true)));
    }

    @Test
    void an_htlc_that_they_never_answer_comes_home_when_they_close_alone() {
        anHtlcComesHome(scene -> scene.peer.call("dev-fail", "id", scene.us.id().toString()));
    }

    private void anHtlcComesHome(Consumer<LightningScene<CoreLightning>> close) {
        try (var scene = scene()) {
            scene.connect(scene.peer.tcpUri());
            scene.weOpen();
            scene.peer.call("dev-ignore-htlcs", "id", scene.us.id().toString(), "ignore", true);
            CompletionStage<NodeService.Payment> paying = scene.us.service()
                    .pay(scene.theirInvoice(50_000_000), Optional
                            .empty());
            until("it is on its way", () -> scene.us.channel(scene.them()).htlcsOut() == 1
                    && scene.peer.channel(scene.us.id()).path("htlcs").size() == 1);
            close.accept(scene);
            scene.closedEverywhere();
            assertThat(await(paying).state()).isEqualTo(PaymentState.FAILED);
            scene.bothHave(COINS - PUSH, COINS + PUSH);
        }
    }
}
