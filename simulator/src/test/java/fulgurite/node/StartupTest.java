package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestBackend;
import fulgurite.simulator.chain.RegtestChain;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class StartupTest {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int SCANNED = 40;
    private final RegtestBackend chain = new RegtestBackend(RegtestChain.create(ChainSettings.DEFAULT));
    private final List<String> said = new CopyOnWriteArrayList<>();

    /** A node whose wallet sees a block more whenever it is looked at, and which runs in the end. */
    private static Behavior<NodeActor.Command> scanning(int height) {
        return Behaviors.receive(NodeActor.Command.class).onMessage(NodeActor.GetScan.class, asked -> {
            asked.replyTo().tell(new WalletActor.Scan(new BlockHeight(height + 1)));
            return scanning(height + 1);
        }).onMessage(NodeActor.GetRunning.class, asked -> {
            if (height >= SCANNED) asked.replyTo().tell(new NodeActor.NotRunning("it has come to the end"));
            return Behaviors.same();
        }).build();
    }

    @Test
    void a_scan_that_gets_ahead_may_take_longer_than_anything_else_and_is_told_of() {
        Duration patience = LOOK.multipliedBy(SCANNED / 4);
        assertThat(start(scanning(0), patience)).isEqualTo(new NodeActor.NotRunning("it has come to the end"));
        assertThat(said).contains("the wallet looks for its coins: block 1 of 0",
                "the wallet looks for its coins: block " + SCANNED + " of 0");
    }

    @Test
    void a_node_that_gets_nowhere_is_given_up() {
        Behavior<NodeActor.Command> stuck = Behaviors.receive(NodeActor.Command.class)
                .onMessage(NodeActor.GetScan.class, asked -> {
                    asked.replyTo().tell(new WalletActor.Scan(new BlockHeight(0)));
                    return Behaviors.same();
                })
                .onMessage(NodeActor.GetRunning.class, asked -> Behaviors.same())
                .build();
        assertThat(start(stuck, LOOK.multipliedBy(4))).isInstanceOfSatisfying(NodeActor.NotRunning.class,
                why -> assertThat(why.reason()).contains("nothing got ahead"));
        assertThat(said).isEmpty();
    }

    private NodeActor.Started start(Behavior<NodeActor.Command> node, Duration patience) {
        ActorSystem<NodeActor.Command> system = ActorSystem.create(node, "startup");
        try {
            return new Startup(system, chain, LOOK, patience, said::add).started().toCompletableFuture().join();
        } finally {
            ActorTestKit.shutdown(system);
        }
    }
}
