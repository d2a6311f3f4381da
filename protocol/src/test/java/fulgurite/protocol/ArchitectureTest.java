package fulgurite.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The protocol is pure, and its rooms depend on each other one way only (docs/architecture.md). */
@AnalyzeClasses(packages = "fulgurite.protocol", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule no_clock_no_chance_no_threads_no_io_no_logging = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.util.concurrent..", "java.time..",
                    "java.util.logging..", "org.slf4j..", "akka..", "java.lang.System$Logger..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule rooms_know_only_the_rooms_below = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("units")
            .definedBy("fulgurite.protocol.units..")
            .layer("codec")
            .definedBy("fulgurite.protocol.codec..")
            .layer("crypto")
            .definedBy("fulgurite.protocol.crypto..")
            .layer("bitcoin")
            .definedBy("fulgurite.protocol.bitcoin..")
            .layer("wire")
            .definedBy("fulgurite.protocol.wire..")
            .layer("noise")
            .definedBy("fulgurite.protocol.noise..")
            .layer("onion")
            .definedBy("fulgurite.protocol.onion..")
            .layer("invoice")
            .definedBy("fulgurite.protocol.invoice..")
            .layer("transactions")
            .definedBy("fulgurite.protocol.transactions..")
            .layer("sweep")
            .definedBy("fulgurite.protocol.sweep..")
            .layer("channel")
            .definedBy("fulgurite.protocol.channel..")
            .layer("graph")
            .definedBy("fulgurite.protocol.graph..")
            .layer("payment")
            .definedBy("fulgurite.protocol.payment..")
            .whereLayer("units")
            .mayNotAccessAnyLayer()
            .whereLayer("codec")
            .mayOnlyAccessLayers("units")
            .whereLayer("crypto")
            .mayOnlyAccessLayers("codec", "units")
            .whereLayer("bitcoin")
            .mayOnlyAccessLayers("crypto", "codec", "units")
            .whereLayer("wire")
            .mayOnlyAccessLayers("codec", "units")
            .whereLayer("noise")
            .mayOnlyAccessLayers("crypto", "codec", "units")
            .whereLayer("onion")
            .mayOnlyAccessLayers("crypto", "codec", "units", "wire")
            .whereLayer("invoice")
            .mayOnlyAccessLayers("bitcoin", "crypto", "codec", "units", "wire")
            .whereLayer("transactions")
            .mayOnlyAccessLayers("bitcoin", "crypto", "codec", "units")
            .whereLayer("sweep")
            .mayOnlyAccessLayers("transactions", "bitcoin", "crypto", "codec", "units")
            .whereLayer("channel")
            .mayOnlyAccessLayers("wire", "transactions", "sweep", "bitcoin", "crypto", "codec", "units", "onion")
            .whereLayer("graph")
            .mayOnlyAccessLayers("wire", "crypto", "codec", "units", "bitcoin", "transactions")
            .whereLayer("payment")
            .mayOnlyAccessLayers("onion", "invoice", "graph", "wire", "crypto", "codec", "units");
}
