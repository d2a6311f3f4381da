package fulgurite.simulator.interop;

import static fulgurite.simulator.node.Village.await;
import static fulgurite.simulator.node.Village.until;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.node.Village;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real peer of another implementation, LDK, over TCP: who opens, who pays, who closes, and how. */
@Timeout(180)
class LdkTest {
    private static final Satoshi FUNDING = new Satoshi(1_000_000);
    private static final Satoshi PUSH = new Satoshi(400_000);
    private static final String US = "alice";

    @TempDir
    Path directory = Path.of("unset");

    /** Our node with coins, and LDK's. */
    private static final class Scene implements AutoCloseable {
        final Village village;
        final LdkNode ldk;

        Scene(Path directory) {
            village = new Village(directory);
            village.start(US);
            village.fund(US, new Satoshi(10_000_000));
            try {
                ldk = new LdkNode(village.chain(), 42);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        NodeService us() {
            return village.node(US);
        }

        void mine(int blocks) {
            for (int i = 0; i < blocks; i++) {
                village.mine(1);
                until("LDK sees the block", ldk::isUpToDate);
            }
        }

        NodeService.Channel channel() {
            return await(us().channels()).getFirst();
        }

        void connect() {
            await(us().connect(ldk.uri()));
            until("LDK knows us", () -> ldk.isConnected(village.id(US)));
        }

        void bothMayUseIt() {
            until("LDK's funding is seen", () -> !village.chain().mempool().isEmpty());
            mine(6);
            until("LDK may use it; " + ldk.story(), ldk::isUsable);
            until("we may use it", () -> channel().state().equals("normal"));
        }

        NodeService.Channel weOpen() {
            connect();
            await(us().create(new NodeService.Create(ldk.id(), FUNDING, PUSH, true, false, Optional.empty())));
            bothMayUseIt();
            return channel();
        }

        NodeService.Channel theyOpen() {
            connect();
            ldk.open(village.id(US), FUNDING, PUSH.toMilliSatoshi());
            bothMayUseIt();
            return channel();
        }

        void wePay(long msat) {
            NodeService.Payment paid = await(us().pay(ldk.invoice(new MilliSatoshi(msat)), Optional.empty()));
            assertThat(paid.state()).as("%s; %s", paid.failure(), ldk.story())
                    .isEqualTo(
                            NodeService.PaymentState.SUCCEEDED);
        }

        void theyPay(long msat) {
            NodeService.Invoice invoice = await(us().invoice(Optional.of(new MilliSatoshi(msat)), "from us", Duration
                    .ofHours(1)));
            ldk.pay(invoice.bolt11());
            until("LDK has paid", () -> ldk.log.contains("sent " + invoice.paymentHash().toHex()));
        }

        void bothPay() {
            long before = channel().ours().msat();
            wePay(30_000_000);
            theyPay(20_000_000);
            wePay(1_000_000);
            theyPay(999_999);
            until("nothing is pending", () -> channel().htlcsIn() + channel().htlcsOut() == 0);
            assertThat(channel().ours().msat()).isEqualTo(before - 31_000_000 + 20_999_999);
        }

        void closedHere() {
            until("it is closed here; " + ldk.story(), () -> {
                mine(1);
                return await(us().channels()).stream().allMatch(one -> one.state().equals("closed"));
            });
        }

        /** It learns of the agreement from our last message or from the chain, whichever comes first. */
        void ldkHasClosed() {
            try {
                until("LDK has closed it", () -> ldk.log.contains("closed: CooperativeClosure")
                        || ldk.log.contains("closed: CommitmentTxConfirmed"));
            } catch (AssertionError e) {
                throw new AssertionError(ldk.story(), e);
            }
        }

        /** Whether our wallet ends up with that much, less fees. */
        void weHave(long sat) {
            until("the wallet has it", () -> {
                if (Math.abs(await(us().balance()).onChainConfirmed().sat() - sat) <= 20_000) return true;
                mine(1);
                return false;
            });
        }

        @Override
        public void close() {
            village.close();
            ldk.close();
        }
    }

    @Test
    void we_open_both_pay_and_we_close_by_agreement() {
        try (var scene = new Scene(directory)) {
            assertThat(scene.weOpen().capacity()).isEqualTo(FUNDING);
            scene.bothPay();
            NodeService.Closing closing = await(scene.us().close(scene.channel().channelId(), false));
            assertThat(closing.mutual()).isTrue();
            scene.closedHere();
            scene.ldkHasClosed();
            scene.weHave(10_000_000 - 400_000 - 10_001);
            until("LDK has its money", () -> !scene.ldk.claims.isEmpty());
        }
    }

    @Test
    void they_open_both_pay_and_they_close_by_agreement() {
        try (var scene = new Scene(directory)) {
            assertThat(scene.theyOpen().capacity()).isEqualTo(FUNDING);
            scene.bothPay();
            scene.ldk.close(false);
            scene.ldkHasClosed();
            scene.closedHere();
            scene.weHave(10_000_000 + 400_000 - 10_001);
        }
    }

    @Test
    void we_close_alone() {
        try (var scene = new Scene(directory)) {
            scene.weOpen();
            scene.bothPay();
            NodeService.Closing closing = await(scene.us().close(scene.channel().channelId(), true));
            assertThat(closing.mutual()).isFalse();
            scene.closedHere();
            scene.weHave(10_000_000 - 400_000 - 10_001);
            until("LDK has its money; " + scene.ldk.story(), () -> {
                if (!scene.ldk.claims.isEmpty()) return true;
                scene.mine(1);
                return false;
            });
        }
    }

    @Test
    void they_close_alone() {
        try (var scene = new Scene(directory)) {
            scene.theyOpen();
            scene.bothPay();
            scene.ldk.close(true);
            scene.closedHere();
            scene.weHave(10_000_000 + 400_000 - 10_001);
        }
    }

    @Test
    void they_dial_and_a_connection_that_breaks_is_made_again() {
        try (var scene = new Scene(directory)) {
            scene.ldk.dial(scene.village.id(US), scene.village.port(US));
            until("LDK knows us", () -> scene.ldk.isConnected(scene.village.id(US)));
            until("we know LDK", () -> await(scene.us().peers()).stream().anyMatch(NodeService.Peer::connected));
        }
    }
}
