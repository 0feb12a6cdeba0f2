package io.kvs.server.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;

/// What may know what within the server and its protocols.
@AnalyzeClasses(
        packages = {"io.kvs.server", "io.kvs.protocol"},
        importOptions = {ImportOption.DoNotIncludeTests.class})
final class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_haveNoCycle =
            slices().matching("io.kvs.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule protocols_knowNoSockets =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.kvs.protocol..", "io.kvs.server.redis..", "io.kvs.server.rpc..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.net..", "java.nio.channels..", "javax.net..");

    @ArchTest
    static final ArchRule protocols_knowNoServer =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.kvs.protocol..", "io.kvs.transport..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.kvs.server..");

    @ArchTest
    static final ArchRule network_knowsNoProtocol =
            noClasses()
                    .that()
                    .resideInAPackage("io.kvs.server.net..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.kvs.server.redis..",
                            "io.kvs.server.rpc..",
                            "io.kvs.protocol.resp..");

    @ArchTest
    static final ArchRule threads_ofProtocols_areThatOfExpiryOnly =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.kvs.server.redis..", "io.kvs.server.rpc..")
                    .and()
                    .doNotHaveSimpleName("RedisServer") // it drops what expires
                    .should()
                    .callConstructor(Thread.class, Runnable.class)
                    .orShould()
                    .callConstructor(Thread.class, Runnable.class, String.class)
                    .orShould()
                    .callMethod(Thread.class, "ofPlatform")
                    .orShould()
                    .callMethod(Thread.class, "ofVirtual");

    @ArchTest
    static final ArchRule serialization_ofJava_isNotUsed =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class);

    private ArchitectureTest() {}
}
