package fulgurite.simulator.interop;

import static fulgurite.simulator.interop.LightningScene.COINS;
import static fulgurite.simulator.interop.LightningScene.PUSH;
import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Core Lightning as a peer, both on bitcoind's regtest: opened from both sides, paid both ways and through, failed,
 * restarted in the middle, closed each way. Needs {@code bitcoind}, {@code bitcoin-cli} and {@code lightningd} on the
 * PATH or named by {@code BITCOIND}, {@code BITCOIN_CLI} and {@code LIGHTNINGD}; skipped without them.
 */
@Timeout(600)
class CoreLightningTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void over_tcp_we_open_both_pay_and_we_close_by_agreement() {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            scene.bothPay();
            assertThat(await(scene.us.service().close(scene.us.channel(scene.them()).channelId(), false)).mutual())
                    .isTrue();
            scene.closedEverywhere();
            scene.bothHave(COINS - PUSH - 10_000, COINS + PUSH + 10_000);
        }
    }

    @Test
    void over_tcp_they_dial_and_open_both_pay_and_they_close_by_agreement() {
        try (var scene = new LightningScene(directory)) {
            scene.cln.call("connect", "id", scene.us.id() + "@127.0.0.1:" + scene.us.port);
            scene.theyOpen();
            scene.bothPay();
            scene.cln.call("close", "id", scene.us.id().toString());
            scene.closedEverywhere();
            scene.bothHave(COINS + PUSH - 10_000, COINS - PUSH + 10_000);
        }
    }

    @Test
    void over_web_socket_we_open_both_pay_and_close() {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.webSocketUri());
            scene.weOpen();
            scene.bothPay();
            assertThat(await(scene.us.service().close(scene.us.channel(scene.them()).channelId(), false)).mutual())
                    .isTrue();
            scene.closedEverywhere();
            scene.bothHave(COINS - PUSH - 10_000, COINS + PUSH + 10_000);
        }
    }

    @Test
    void we_close_alone() {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            scene.bothPay();
            await(scene.us.service().close(scene.us.channel(scene.them()).channelId(), true));
            scene.closedEverywhere();
            scene.bothHave(COINS - PUSH - 10_000, COINS + PUSH + 10_000);
        }
    }

    @Test
    void they_close_alone() {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            scene.bothPay();
            scene.cln.call("dev-fail", "id", scene.us.id().toString());
            scene.closedEverywhere();
            scene.bothHave(COINS - PUSH - 10_000, COINS + PUSH + 10_000);
        }
    }

    @Test
    void channels_without_anchors_are_opened_paid_over_and_closed_alone() {
        try (var scene = new LightningScene(directory, "anchors")) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            assertThat(scene.cln.channel(scene.us.id()).path("channel_type").toString()).contains("static_remotekey")
                    .doesNotContain("anchors");
            scene.bothPay();
            scene.cln.call("dev-fail", "id", scene.us.id().toString());
            scene.closedEverywhere();
            scene.bothHave(COINS - PUSH - 10_000, COINS + PUSH + 10_000);
        }
    }

    @Test
    void many_are_in_flight_both_ways_some_fail_and_the_fee_changes_among_them() {
        try (var scene = new LightningScene(directory)) {
            scene.cln.call("connect", "id", scene.us.id() + "@127.0.0.1:" + scene.us.port);
            scene.theyOpen();
            scene.bothPay();
            List<String> ours = new ArrayList<>();
            List<String> theirs = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                ours.add(scene.us.invoice(1_000_000 + i));
                theirs.add(scene.theirInvoice(2_000_000 + i));
            }
            // One in five is not known any more when the payment comes.
            for (int i = 0; i < 25; i += 5)
                scene.cln.call("delinvoice", "label", scene.label(1 + i), "status", "unpaid");
            List<CompletionStage<NodeService.Payment>> wePay = theirs.stream()
                    .map(bolt11 -> scene.us.service().pay(bolt11, Optional.empty()))
                    .toList();
            List<CompletableFuture<JsonNode>> theyPay = ours.stream()
                    .map(bolt11 -> CompletableFuture.supplyAsync(() -> scene.theyPay(bolt11),
                            Thread::startVirtualThread))
                    .toList();
            scene.cln.call("dev-feerate", "id", scene.us.id().toString(), "feerate", 3_000);
            for (int i = 0; i < 25; i++) {
                NodeService.Payment paid = await(wePay.get(i));
                assertThat(paid.state()).as("%s", paid.failure())
                        .isEqualTo(i % 5 == 0
                                ? PaymentState.FAILED
                                : PaymentState.SUCCEEDED);
            }
            theyPay.forEach(paid -> assertThat(await(paid).path("status").asText()).isEqualTo("complete"));
            scene.settled();
            assertThat(scene.cln.channel(scene.us.id()).path("feerate").path("perkw").asInt()).isEqualTo(3_000);
        }
    }

    @Test
    void what_we_do_not_know_or_cannot_send_fails_and_costs_nothing() {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            long before = scene.us.channel(scene.them()).ours().msat();
            assertThat(scene.wePay(scene.theirInvoice(900_000_000)).state()).isEqualTo(PaymentState.FAILED);
            assertThatThrownBy(() -> scene.cln.call("keysend", "destination", scene.us.id().toString(), "amount_msat",
                    900_000_000)).hasMessageContaining("keysend");
            String unknown = scene.theirInvoice(5_000_000);
            scene.cln.call("delinvoice", "label", scene.label(1), "status", "unpaid");
            assertThat(scene.wePay(unknown).failure().orElse("")).isNotEmpty();
            scene.settled();
            assertThat(scene.us.channel(scene.them()).ours().msat()).isEqualTo(before);
        }
    }

    @Test
    void each_is_restarted_while_payments_are_on_their_way() {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            List<String> ours = new ArrayList<>();
            List<String> theirs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ours.add(scene.us.invoice(1_000_000));
                theirs.add(scene.theirInvoice(1_000_000));
            }
            long before = scene.us.channel(scene.them()).ours().msat();
            List<CompletionStage<NodeService.Payment>> first = theirs.subList(0, 20)
                    .stream()
                    .map(bolt11 -> scene.us.service().pay(bolt11, Optional.empty()))
                    .toList();
            until("some are on their way or done", () -> scene.us.channel(scene.them()).commitmentNumber() > 1);
            scene.cln.kill();
            scene.cln.start();
            scene.connected();
            first.forEach(paid -> await(paid));
            List<String> complaints = new CopyOnWriteArrayList<>();
            List<CompletableFuture<Void>> second = ours.stream()
                    .map(bolt11 -> CompletableFuture.runAsync(() -> scene.theyPay(bolt11), Thread::startVirtualThread)
                            .exceptionally(failed -> {
                                complaints.add(String.valueOf(failed.getMessage()));
                                return null;
                            }))
                    .toList();
            until("some are on their way", () -> scene.us.channel(scene.them()).htlcsIn() > 0);
            scene.us.stop();
            scene.us.start();
            scene.connected();
            second.forEach(paid -> await(paid));
            scene.settled();
            long received = await(scene.us.service().payments()).stream()
                    .filter(payment -> payment.state() == PaymentState.SUCCEEDED)
                    .mapToLong(payment -> payment.outgoing() ? -payment.amount().msat() : payment.amount().msat())
                    .sum();
            assertThat(scene.us.channel(scene.them()).ours().msat()).isEqualTo(before + received);
            long complete = 0;
            for (JsonNode pay : scene.cln.call("listpays").path("pays"))
                if (pay.path("status").asText().equals("complete")) complete++;
            long arrived = await(scene.us.service().payments()).stream()
                    .filter(payment -> !payment.outgoing() && payment.state() == PaymentState.SUCCEEDED)
                    .count();
            assertThat(complete).as("%s", complaints).isEqualTo(arrived).isPositive();
            assertThat(scene.wePay(scene.theirInvoice(1_000_000)).state()).isEqualTo(PaymentState.SUCCEEDED);
            assertThat(scene.theyPay(scene.us.invoice(1_000_000)).path("status").asText()).isEqualTo("complete");
        }
    }

    @Test
    void an_htlc_that_they_never_answer_comes_home_when_we_close_alone() {
        anHtlcComesHome(scene -> await(scene.us.service().close(scene.us.channel(scene.them()).channelId(), true)));
    }

    @Test
    void an_htlc_that_they_never_answer_comes_home_when_they_close_alone() {
        anHtlcComesHome(scene -> scene.cln.call("dev-fail", "id", scene.us.id().toString()));
    }

    private void anHtlcComesHome(Consumer<LightningScene> close) {
        try (var scene = new LightningScene(directory)) {
            scene.connect(scene.cln.tcpUri());
            scene.weOpen();
            scene.cln.call("dev-ignore-htlcs", "id", scene.us.id().toString(), "ignore", true);
            CompletionStage<NodeService.Payment> paying = scene.us.service()
                    .pay(scene.theirInvoice(50_000_000), Optional
                            .empty());
            until("it is on its way", () -> scene.us.channel(scene.them()).htlcsOut() == 1
                    && scene.cln.channel(scene.us.id()).path("htlcs").size() == 1);
            close.accept(scene);
            scene.closedEverywhere();
            assertThat(await(paying).state()).isEqualTo(PaymentState.FAILED);
            scene.bothHave(COINS - PUSH, COINS + PUSH);
        }
    }
}
