package io.kvs.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.kvs.EngineProvider;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Instant;
import java.util.concurrent.ExecutorService;

/// The packages are the architecture, and their dependencies point inward.
///
/// The package `io.kvs` is the API: everything may use its types. Only the two ways in, {@link
/// io.kvs.KvStore} and {@link io.kvs.Engines}, look the other way, at the engine and the real disk.
@AnalyzeClasses(
        packages = "io.kvs",
        importOptions = {ImportOption.DoNotIncludeTests.class})
final class ArchitectureTest {
    private static final String[] LIBRARY = {
        "io.kvs",
        "io.kvs.async..",
        "io.kvs.backup..",
        "io.kvs.blob..",
        "io.kvs.buffer..",
        "io.kvs.cache..",
        "io.kvs.commit..",
        "io.kvs.compaction..",
        "io.kvs.compression..",
        "io.kvs.engine..",
        "io.kvs.format..",
        "io.kvs.index..",
        "io.kvs.io..",
        "io.kvs.lz4..",
        "io.kvs.map..",
        "io.kvs.marker..",
        "io.kvs.memory..",
        "io.kvs.oneshot..",
        "io.kvs.recovery..",
        "io.kvs.run..",
        "io.kvs.segment..",
        "io.kvs.transaction..",
        "io.kvs.tree..",
        "io.kvs.view.."
    };

    @ArchTest
    static final ArchRule packages_ofTheLibrary_pointInward =
            layeredArchitecture()
                    .consideringOnlyDependenciesInAnyPackage(LIBRARY[0], "io.kvs..")
                    .layer("format")
                    .definedBy("io.kvs.format..")
                    .layer("io")
                    .definedBy("io.kvs.io..")
                    .layer("lz4")
                    .definedBy("io.kvs.lz4..")
                    .layer("compression")
                    .definedBy("io.kvs.compression..")
                    .layer("segment")
                    .definedBy("io.kvs.segment..")
                    .layer("blob")
                    .definedBy("io.kvs.blob..")
                    .layer("buffer")
                    .definedBy("io.kvs.buffer..")
                    .layer("cache")
                    .definedBy("io.kvs.cache..")
                    .layer("index")
                    .definedBy("io.kvs.index..")
                    .layer("run")
                    .definedBy("io.kvs.run..")
                    .layer("view")
                    .definedBy("io.kvs.view..")
                    .layer("commit")
                    .definedBy("io.kvs.commit..")
                    .layer("compaction")
                    .definedBy("io.kvs.compaction..")
                    .layer("recovery")
                    .definedBy("io.kvs.recovery..")
                    .layer("backup")
                    .definedBy("io.kvs.backup..")
                    .layer("tree")
                    .definedBy("io.kvs.tree..")
                    .layer("transaction")
                    .definedBy("io.kvs.transaction..")
                    .layer("map")
                    .definedBy("io.kvs.map..")
                    .layer("marker")
                    .definedBy("io.kvs.marker..")
                    .layer("memory")
                    .definedBy("io.kvs.memory..")
                    .layer("async")
                    .definedBy("io.kvs.async..")
                    .layer("engine")
                    .definedBy("io.kvs.engine..")
                    .optionalLayer("oneshot")
                    .definedBy("io.kvs.oneshot..")
                    .layer("api")
                    .definedBy("io.kvs")
                    .optionalLayer("above")
                    .definedBy(
                            "io.kvs.cli..",
                            "io.kvs.testkit..",
                            "io.kvs.bench..",
                            "io.kvs.protocol..",
                            "io.kvs.transport..",
                            "io.kvs.server..",
                            "io.kvs.client..",
                            "io.kvs.rocksdb..")
                    .whereLayer("format")
                    .mayNotAccessAnyLayer()
                    .whereLayer("io")
                    .mayOnlyAccessLayers("api")
                    .whereLayer("lz4")
                    .mayOnlyAccessLayers("api", "format")
                    .whereLayer("compression")
                    .mayOnlyAccessLayers("api", "format", "io")
                    .whereLayer("segment")
                    .mayOnlyAccessLayers("api", "format", "io", "compression")
                    .whereLayer("blob")
                    .mayOnlyAccessLayers("api", "format", "io", "segment")
                    .whereLayer("buffer")
                    .mayOnlyAccessLayers("api", "io")
                    .whereLayer("cache")
                    .mayOnlyAccessLayers("api")
                    .whereLayer("run")
                    .mayOnlyAccessLayers("api", "format", "io", "segment")
                    .whereLayer("index")
                    .mayOnlyAccessLayers("api", "format", "segment", "run")
                    .whereLayer("view")
                    .mayOnlyAccessLayers("api", "format", "io", "segment", "run")
                    .whereLayer("commit")
                    .mayOnlyAccessLayers("api", "format", "io", "segment", "run", "view")
                    .whereLayer("compaction")
                    .mayOnlyAccessLayers(
                            "api",
                            "format",
                            "io",
                            "compression",
                            "segment",
                            "run",
                            "index",
                            "view",
                            "commit")
                    .whereLayer("recovery")
                    .mayOnlyAccessLayers(
                            "api",
                            "format",
                            "io",
                            "compression",
                            "segment",
                            "run",
                            "index",
                            "view",
                            "commit")
                    .whereLayer("backup")
                    .mayOnlyAccessLayers(
                            "api",
                            "format",
                            "io",
                            "segment",
                            "run",
                            "index",
                            "view",
                            "commit",
                            "recovery")
                    .whereLayer("engine")
                    .mayOnlyAccessLayers(
                            "api",
                            "format",
                            "io",
                            "compression",
                            "segment",
                            "blob",
                            "buffer",
                            "cache",
                            "run",
                            "index",
                            "view",
                            "commit",
                            "compaction",
                            "recovery",
                            "backup",
                            "tree",
                            "transaction",
                            "marker")
                    .whereLayer("marker")
                    .mayOnlyAccessLayers("api", "format", "io")
                    .whereLayer("tree")
                    .mayOnlyAccessLayers("api")
                    .whereLayer("transaction")
                    .mayOnlyAccessLayers("api", "tree")
                    .whereLayer("map")
                    .mayOnlyAccessLayers("api")
                    .whereLayer("async")
                    .mayOnlyAccessLayers("api", "io")
                    .whereLayer("memory")
                    .mayOnlyAccessLayers("api", "tree", "transaction")
                    .whereLayer("oneshot")
                    .mayOnlyAccessLayers("api", "format", "io", "segment", "run")
                    .whereLayer("api")
                    .mayOnlyAccessLayers("engine", "backup", "io", "marker")
                    .whereLayer("above")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule packages_besideTheApi_haveNoCycle =
            slices().matching("io.kvs.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule api_butTheWaysIn_doesNotKnowTheEngine =
            noClasses()
                    .that()
                    .resideInAPackage("io.kvs")
                    .and()
                    .doNotHaveSimpleName("KvStore")
                    .and()
                    .doNotHaveSimpleName("Engines")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.kvs.*..");

    @ArchTest
    static final ArchRule library_anyClass_knowsNothingAboveIt =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.kvs.cli..",
                            "io.kvs.testkit..",
                            "io.kvs.bench..",
                            "io.kvs.protocol..",
                            "io.kvs.transport..",
                            "io.kvs.server..",
                            "io.kvs.client..",
                            "io.kvs.rocksdb..");

    @ArchTest
    static final ArchRule library_anyClass_usesTheJdkAlone =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .should()
                    .dependOnClassesThat()
                    .resideOutsideOfPackages("io.kvs..", "java..", "org.jspecify.annotations");

    @ArchTest
    static final ArchRule files_areTouchedOnlyInIo =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .and()
                    .resideOutsideOfPackages("io.kvs.io..", "io.kvs.oneshot..")
                    .and()
                    .doNotHaveSimpleName("KvStore")
                    .and()
                    .doNotHaveSimpleName("Engines")
                    .and()
                    .areNotAssignableTo(EngineProvider.class) // They are handed the directory.
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            java.io.File.class,
                            java.io.FileInputStream.class,
                            java.io.FileOutputStream.class,
                            java.io.RandomAccessFile.class,
                            java.nio.file.Path.class,
                            Files.class,
                            FileChannel.class);

    @ArchTest
    static final ArchRule channels_ofFiles_areKnownOnlyToIo =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .and()
                    .resideOutsideOfPackages("io.kvs.io..", "io.kvs.oneshot..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.nio.channels..");

    @ArchTest
    static final ArchRule threads_areStartedOnlyInIo =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .and()
                    .resideOutsideOfPackage("io.kvs.io..")
                    .should()
                    .callConstructorWhere(
                            JavaClass.Predicates.assignableTo(Thread.class)
                                    .onResultOf(call -> call.getTargetOwner()))
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(ExecutorService.class)
                    .orShould()
                    .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                    .orShould()
                    .callMethod(Thread.class, "ofVirtual")
                    .orShould()
                    .callMethod(Thread.class, "ofPlatform");

    @ArchTest
    static final ArchRule clock_isReadOnlyInIo =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .and()
                    .resideOutsideOfPackage("io.kvs.io..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.time.Clock")
                    .orShould()
                    .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule console_isNotUsedByTheLibrary =
            noClasses()
                    .that()
                    .resideInAnyPackage(LIBRARY)
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .orShould()
                    .accessField(System.class, "in");

    @ArchTest
    static final ArchRule serialization_ofJava_isNotUsed =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class);

    private ArchitectureTest() {}
}
