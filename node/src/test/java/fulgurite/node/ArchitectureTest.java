package fulgurite.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** The node's rooms depend on each other one way only, and time and chance come through ports (docs/architecture.md). */
@AnalyzeClasses(packages = "fulgurite.node", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule rooms_know_only_the_rooms_below = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("root")
            .definedBy("fulgurite.node")
            .layer("cli")
            .definedBy("fulgurite.node.cli..")
            .layer("api")
            .definedBy("fulgurite.node.api..")
            .layer("payment")
            .definedBy("fulgurite.node.payment..")
            .layer("router")
            .definedBy("fulgurite.node.router..")
            .layer("channel")
            .definedBy("fulgurite.node.channel..")
            .layer("peer")
            .definedBy("fulgurite.node.peer..")
            .layer("transport")
            .definedBy("fulgurite.node.transport..")
            .layer("wallet")
            .definedBy("fulgurite.node.wallet..")
            .layer("chain")
            .definedBy("fulgurite.node.chain..")
            .layer("journal")
            .definedBy("fulgurite.node.journal..")
            .whereLayer("chain")
            .mayNotAccessAnyLayer()
            .whereLayer("wallet")
            .mayOnlyAccessLayers("chain")
            .whereLayer("transport")
            .mayNotAccessAnyLayer()
            .whereLayer("peer")
            .mayOnlyAccessLayers("transport", "root")
            .whereLayer("channel")
            .mayOnlyAccessLayers("peer", "transport", "wallet", "chain", "journal", "root")
            .whereLayer("router")
            .mayOnlyAccessLayers("peer", "chain", "journal", "root")
            .whereLayer("payment")
            .mayOnlyAccessLayers("channel", "router", "journal", "root")
            .whereLayer("api")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule rooms_do_not_know_who_puts_them_together = noClasses()
            .that()
            .resideInAnyPackage("fulgurite.node.chain..", "fulgurite.node.wallet..", "fulgurite.node.transport..",
                    "fulgurite.node.peer..", "fulgurite.node.channel..", "fulgurite.node.router..",
                    "fulgurite.node.payment..", "fulgurite.node.api..", "fulgurite.node.journal..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "fulgurite\\.node\\.(NodeActor|Node|NodeParts|NodeSettings|ActorNodeService|Startup|Switchboard|Wallets|Asking|ChannelService|PaymentService|OnChainService)(\\$.*)?");

    @ArchTest
    static final ArchRule now_and_chance_come_through_ports = noClasses()
            .that()
            .resideOutsideOfPackage("fulgurite.node.cli..")
            .and()
            .doNotHaveFullyQualifiedName("fulgurite.node.Node")
            .and()
            // A Random that gives zeros only.
            .haveNameNotMatching(".*WebSocketHttp\\$ZeroMask")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID");
}
