package fulgurite.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** Arrows between the modules, and no clock or chance where a seed decides (docs/architecture.md). */
@AnalyzeClasses(packages = "fulgurite", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule the_protocol_knows_neither_node_nor_simulator = noClasses()
            .that()
            .resideInAPackage("fulgurite.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("fulgurite.node..", "fulgurite.simulator..");

    @ArchTest
    static final ArchRule the_node_does_not_know_the_simulator = noClasses()
            .that()
            .resideInAPackage("fulgurite.node..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("fulgurite.simulator..");

    @ArchTest
    static final ArchRule the_simulator_s_rooms_make_no_circle = slices().matching("fulgurite.simulator.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule a_simulation_has_no_clock_and_no_chance_but_its_seed = noClasses()
            .that()
            .resideInAnyPackage("fulgurite.simulator.engine..", "fulgurite.simulator.network..",
                    "fulgurite.simulator.check..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom");
}
