package fulgurite.simulator.interop;

import static fulgurite.simulator.interop.LightningScene.COINS;
import static fulgurite.simulator.interop.LightningScene.PUSH;
import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is played with each other implementation, over TCP, on bitcoind's regtest. */
@Timeout(600)
abstract class PeerStories<N extends OtherNode> {
    @TempDir
    Path directory = Path.of("unset");

    /** Both nodes with coins, not connected; skips the test where a program is missing. */
    abstract LightningScene<N> scene(String... featuresOff);

    @Test
    void we_open_both_pay_and_we_close_by_agreement() {
        try (var scene = scene()) {
            scene.weOpenAndBothPay();
            scene.weCloseByAgreement();
            scene.settledOnChain();
        }
    }

    @Test
    void they_dial_and_open_both_pay_and_they_close_by_agreement() {
        try (var scene = scene()) {
            scene.peer.connect(scene.us.id() + "@127.0.0.1:" + scene.us.port);
            scene.theyOpen();
            scene.bothPay();
            scene.peer.closeByAgreement(scene.us.id());
            scene.closedEverywhere();
            scene.bothHave(COINS + PUSH - 10_000, COINS - PUSH + 10_000);
        }
    }

    @Test
    void we_close_alone() {
        try (var scene = scene()) {
            scene.weOpenAndBothPay();
            await(scene.us.service().close(scene.us.channel(scene.them()).channelId(), true));
            scene.settledOnChain();
        }
    }

    @Test
    void they_close_alone() {
        try (var scene = scene()) {
            scene.weOpenAndBothPay();
            scene.peer.closeAlone(scene.us.id());
            scene.settledOnChain();
        }
    }

    @Test
    void many_are_in_flight_both_ways_and_some_fail() {
        try (var scene = scene()) {
            scene.peer.connect(scene.us.id() + "@127.0.0.1:" + scene.us.port);
            scene.theyOpen();
            scene.bothPay();
            List<String> ours = new ArrayList<>();
            List<String> theirs = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                ours.add(scene.us.invoice(1_000_000 + i));
                theirs.add(scene.theirInvoice(2_000_000 + i));
            }
            // One in five is not known any more when the payment comes.
            for (int i = 0; i < 25; i += 5) scene.peer.forget(scene.label(1 + i));
            List<CompletionStage<NodeService.Payment>> wePay = theirs.stream()
                    .map(bolt11 -> scene.us.service().pay(bolt11, Optional.empty()))
                    .toList();
            List<CompletableFuture<Boolean>> theyPay = ours.stream()
                    .map(bolt11 -> CompletableFuture.supplyAsync(() -> scene.theyPay(bolt11),
                            Thread::startVirtualThread))
                    .toList();
            meanwhile(scene);
            for (int i = 0; i < 25; i++) {
                NodeService.Payment paid = await(wePay.get(i));
                assertThat(paid.state()).as("%s", paid.failure())
                        .isEqualTo(i % 5 == 0
                                ? PaymentState.FAILED
                                : PaymentState.SUCCEEDED);
            }
            theyPay.forEach(paid -> assertThat(await(paid)).isTrue());
            scene.settled();
            afterwards(scene);
        }
    }

    /** While they are on their way, for a peer that can do more. */
    void meanwhile(LightningScene<N> scene) {}

    /** Once they have settled. */
    void afterwards(LightningScene<N> scene) {}

    @Test
    void what_we_do_not_know_or_cannot_send_fails_and_costs_nothing() {
        try (var scene = scene()) {
            scene.connect(scene.peer.tcpUri());
            scene.weOpen();
            long before = scene.us.channel(scene.them()).ours().msat();
            assertThat(scene.wePay(scene.theirInvoice(900_000_000)).state()).isEqualTo(PaymentState.FAILED);
            assertThat(scene.theyPay(scene.us.invoice(900_000_000))).isFalse();
            String unknown = scene.theirInvoice(5_000_000);
            scene.peer.forget(scene.label(1));
            assertThat(scene.wePay(unknown).failure().orElse("")).isNotEmpty();
            scene.settled();
            assertThat(scene.us.channel(scene.them()).ours().msat()).isEqualTo(before);
        }
    }

    @Test
    void each_is_restarted_while_payments_are_on_their_way() {
        try (var scene = scene()) {
            scene.connect(scene.peer.tcpUri());
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
            scene.peer.kill();
            scene.peer.start();
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
            long arrived = await(scene.us.service().payments()).stream()
                    .filter(payment -> !payment.outgoing() && payment.state() == PaymentState.SUCCEEDED)
                    .count();
            assertThat((long) scene.peer.paid()).as("%s", complaints).isEqualTo(arrived).isPositive();
            assertThat(scene.wePay(scene.theirInvoice(1_000_000)).state()).isEqualTo(PaymentState.SUCCEEDED);
            assertThat(scene.theyPay(scene.us.invoice(1_000_000))).isTrue();
        }
    }

    /** They have a channel with each of ours, who have none with each other. */
    static void standBetween(LightningScene<?> scene, Ours other) {
        scene.connect(scene.peer.tcpUri());
        scene.weOpen();
        await(other.service().connect(scene.peer.tcpUri()));
        scene.peer.open(other.id(), 500_000, 0);
        scene.mineUntil("it is usable", () -> other.channels().size() == 1
                && other.channel(scene.them()).state().equals("normal"));
        scene.mine(6);
    }

    @Test
    void they_forward_between_two_of_ours() {
        try (var scene = scene();
                var other = new Ours("other", directory.resolve("other"), scene.bitcoind, List.of())) {
            standBetween(scene, other);
            knowsTheWay(scene.us, other);
            NodeService.Payment paid = scene.wePay(other.invoice(20_000_000));
            assertThat(paid.state()).as("%s", paid.failure()).isEqualTo(PaymentState.SUCCEEDED);
            assertThat(paid.fee().msat()).isPositive();
            knowsTheWay(other, scene.us);
            NodeService.Payment back = await(other.service().pay(scene.us.invoice(5_000_000), Optional.empty()));
            assertThat(back.state()).as("%s", back.failure()).isEqualTo(PaymentState.SUCCEEDED);
        }
    }

    @Test
    void we_forward_between_two_of_theirs() {
        try (var scene = scene(); N other = scene.another()) {
            scene.connect(scene.peer.tcpUri());
            scene.theyOpen();
            await(scene.us.service().connect(other.tcpUri()));
            await(scene.us.service()
                    .create(new NodeService.Create(other.id(), new Satoshi(500_000), new Satoshi(100_000), true, false,
                            Optional.empty())));
            scene.mineUntil("it is usable", () -> scene.us.channel(other.id()).state().equals("normal")
                    && other.isUsable(scene.us.id()));
            scene.mine(6);
            until("both are known there", () -> scene.peer.knownChannels() == 2 && other.knownChannels() == 2);
            assertThat(scene.theyPay(other.invoice(20_000_000, "through"))).isTrue();
            assertThat(other.pay(scene.theirInvoice(5_000_000))).isTrue();
        }
    }

    @Test
    void in_parts_over_two_channels_both_ways() {
        try (var scene = scene()) {
            scene.connect(scene.peer.tcpUri());
            scene.weOpen();
            scene.theyOpen();
            scene.mine(6);
            // Neither channel carries it alone.
            NodeService.Payment paid = scene.wePay(scene.theirInvoice(750_000_000));
            assertThat(paid.state()).as("%s", paid.failure()).isEqualTo(PaymentState.SUCCEEDED);
            until("both channels carried it", () -> scene.us.channels()
                    .stream()
                    .allMatch(one -> one.htlcsOut() == 0 && one.ours().msat() < 590_000_000
                            && one.ours().msat() != 400_000_000));
            assertThat(scene.theyPay(scene.us.invoice(750_000_000))).isTrue();
        }
    }

    private static void knowsTheWay(Ours from, Ours to) {
        until("the way is known", () -> await(from.service()
                .route(to.id(), new MilliSatoshi(5_000_000))
                .handle((route, failure) -> failure == null)));
    }
}
