package fulgurite.simulator.interop;

import static fulgurite.simulator.node.Village.until;

import org.junit.jupiter.api.Test;

/**
 * eclair as a peer. Needs {@code bitcoind} and {@code eclair-node.sh} on the PATH or named by {@code BITCOIND} and
 * {@code ECLAIR}; skipped without them.
 */
class EclairTest extends PeerStories<Eclair> {
    @Override
    LightningScene<Eclair> scene(String... featuresOff) {
        Eclair.require();
        return new LightningScene<>(directory, Eclair::new, featuresOff);
    }

    @Test
    void both_close_by_option_simple_close() {
        try (var scene = scene()) {
            scene.weOpenAndBothPay();
            scene.weCloseByAgreement();
            until("it is a simple close", () -> scene.peer.channel(scene.us.id())
                    .path("state")
                    .asText()
                    .equals("NEGOTIATING_SIMPLE"));
            scene.closedEverywhere();
        }
    }
}
