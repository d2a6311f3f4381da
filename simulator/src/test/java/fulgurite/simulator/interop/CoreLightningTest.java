package fulgurite.simulator.interop;

import static fulgurite.simulator.interop.LightningScene.COINS;
import static fulgurite.simulator.interop.LightningScene.PUSH;
import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
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

    /** The invoice that a third node fetches for their offer has its blinded paths; we pay along those. */
    @Test
    void we_pay_their_offer_s_invoice_over_its_blinded_paths() {
        try (var scene = scene(); var third = scene.another()) {
            scene.connect(scene.peer.tcpUri());
            scene.weOpen();
            String offer = scene.peer.call("offer", "amount", "30000000msat", "description", "by a blinded path")
                    .path("bolt12")
                    .asText();
            third.connect(scene.peer.tcpUri());
            until("the third has the block", () -> third.height() >= scene.bitcoind.height());
            OfferInvoice invoice = OfferInvoice.of(third.call("fetchinvoice", "offer", offer).path("invoice").asText());
            assertThat(PaymentPath.decode(invoice.blindedPaths())).isNotEmpty();

            NodeService.Payment paid = await(scene.us.service()
                    .payBlinded(invoice.paymentHash(), new MilliSatoshi(30_000_000), invoice.blindedPaths()));

            assertThat(paid.state()).as("%s", paid.failure()).isEqualTo(PaymentState.SUCCEEDED);
            scene.settled();
            assertThat(scene.peer.toUsMsat(scene.us.id())).isEqualTo(LightningScene.PUSH * 1000 + 30_000_000);
        }
    }

    /** They are the introduction node of a blinded path from one of ours to another, and tell the payer one failure only. */
    @Test
    void they_forward_between_two_of_ours_along_a_blinded_path() {
        try (var scene = scene();
                var other = new Ours("other", directory.resolve("other"), scene.bitcoind, List.of())) {
            standBetween(scene, other);
            var amount = new MilliSatoshi(20_000_000);
            var invoice = new AtomicReference<NodeService.BlindedInvoice>();
            until("a path leads there", () -> await(other.service()
                    .blindedInvoice(Optional.of(amount), "hidden", Duration.ofHours(1), 1)
                    .handle((made, failure) -> {
                        if (failure == null) invoice.set(made);
                        return failure == null;
                    })));
            until("the way is known", () -> await(scene.us.service()
                    .route(other.id(), amount)
                    .handle((route, failure) -> failure == null)));

            NodeService.Payment paid = await(scene.us.service()
                    .payBlinded(invoice.get().paymentHash(), amount, invoice.get().blindedPaths()));

            assertThat(paid.state()).as("%s", paid.failure()).isEqualTo(PaymentState.SUCCEEDED);
            assertThat(paid.fee().msat()).isPositive();
            // The same path for another hash: the payee refuses it.
            var unknown = PaymentHash.fromHex("11".repeat(32));
            NodeService.Payment refused = await(scene.us.service()
                    .payBlinded(unknown, amount, invoice.get().blindedPaths()));
            assertThat(refused.state()).isEqualTo(PaymentState.FAILED);
            assertThat(await(scene.us.service().explain(unknown)))
                    .extracting(NodeService.StoryLine::what)
                    .filteredOn(line -> line.startsWith("attempt") && line.contains("failed"))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("hop 1 says invalid onion blinding"));
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
