package io.kvs.compare;

/// What is measured besides the workloads, in JVMs of its own; it is asked for like a workload.
enum Occasion {
    /// Memory and disk after loading and overwriting, and opening after closing.
    SPACE("space"),

    /// Opening after `kill -9`, and what was lost.
    KILL("kill");

    private final String title;

    Occasion(String title) {
        this.title = title;
    }

    /// Returns its name in arguments.
    String title() {
        return title;
    }
}
