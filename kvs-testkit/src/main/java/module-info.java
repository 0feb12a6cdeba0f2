import org.jspecify.annotations.NullMarked;

/// What the tests of kvs are made of: a disk that forgets and fails, background work in steps, a
/// model of what a store may hold, and generators; all of it repeatable from one seed.
@NullMarked
module io.kvs.testkit {
    requires java.compiler;
    requires static transitive org.jspecify;
    requires transitive io.kvs;
    requires transitive org.junit.jupiter.api;

    exports io.kvs.testkit;
    exports io.kvs.testkit.history;
}
