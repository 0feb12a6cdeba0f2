package io.kvs.testkit;

import io.kvs.KvsEngine;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/// Measures the crash tests: plants bugs into the engine, one at a time, and looks for the first
/// seed that finds each of them.
///
/// The changed source file is compiled against the classes that are there, and a class loader of
/// its own puts the result before them, so that nothing in the project changes.
public final class BugHunt {
    private static final long SEED_COUNT = 2_000;

    /// Stands in for the annotation, which nothing needs at run time.
    private static final String NULLABLE =
            "package org.jspecify.annotations;"
                    + "@java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE)"
                    + "public @interface Nullable {}";

    private final Path sources;
    private final URL engineClasses = classesOf(KvsEngine.class);
    private final URL testkitClasses = classesOf(CrashRun.class);

    /// Prepares a hunt.
    ///
    /// @param sources the directory of the engine's sources: `kvs/src/main/java`
    public BugHunt(Path sources) {
        this.sources = sources;
    }

    /// Hunts all bugs and prints a table.
    ///
    /// @param args the directory of the engine's sources; then, perhaps, how many seeds to try and
    ///   a part of the names of the bugs to plant
    public static void main(String[] args) throws IOException {
        BugHunt hunt = new BugHunt(Path.of(args[0]));
        long seedCount = args.length > 1 ? Long.parseLong(args[1]) : SEED_COUNT;
        String wanted = args.length > 2 ? args[2] : "";
        int missed = 0;
        System.out.printf("%-75s found at seed%n", "planted bug");
        for (PlantedBug bug : PlantedBug.all()) {
            if (bug.name().contains(wanted)) {
                OptionalLong seed = hunt.find(bug, seedCount);
                missed += seed.isPresent() ? 0 : 1;
                String found = seed.isPresent() ? Long.toString(seed.getAsLong()) : "NOT FOUND";
                System.out.printf("%-75s %s%n", bug.name(), found);
            }
        }
        if (missed > 0) {
            System.out.println(missed + " not found with " + seedCount + " seeds");
            System.exit(1);
        }
    }

    /// Checks that every bug can still be planted.
    ///
    /// @throws IllegalStateException one cannot: the engine has changed
    public void checkAllFit() throws IOException {
        for (PlantedBug bug : PlantedBug.all()) {
            bug.plantInto(Files.readString(sources.resolve("io/kvs/" + bug.file())));
        }
    }

    /// Returns the first seed from 0 to `seedCount` exclusively that finds the bug.
    public OptionalLong find(PlantedBug bug, long seedCount) throws IOException {
        Path changed = Files.createTempDirectory("kvs-planted-bug");
        try {
            compile(bug, changed);
            return firstFailure(changed, seedCount);
        } finally {
            delete(changed);
        }
    }

    private void compile(PlantedBug bug, Path target) throws IOException {
        String path = "io/kvs/" + bug.file();
        String source = bug.plantInto(Files.readString(sources.resolve(path)));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(
                    StandardLocation.CLASS_PATH,
                    List.of(Path.of(URI.create(engineClasses.toString()))));
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(target));
            List<JavaFileObject> units =
                    List.of(
                            new Source(path, source),
                            new Source("org/jspecify/annotations/Nullable.java", NULLABLE));
            List<String> options = List.of("-nowarn", "-proc:none");
            if (!compiler.getTask(errors, files, null, options, null, units).call()) {
                throw new IllegalStateException(
                        "the bug \"" + bug + "\" does not compile: " + errors);
            }
        }
    }

    private OptionalLong firstFailure(Path changed, long seedCount) throws IOException {
        URL[] path = {changed.toUri().toURL(), engineClasses, testkitClasses};
        try (URLClassLoader loader =
                new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            loader.setDefaultAssertionStatus(true);
            Class<?> runs = loader.loadClass(CrashRuns.class.getName());
            Object found = runs.getMethod("firstFailure", long.class).invoke(null, seedCount);
            return (OptionalLong) found;
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URL classesOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String content;

        Source(String path, String content) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.content = content;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return content;
        }
    }
}
