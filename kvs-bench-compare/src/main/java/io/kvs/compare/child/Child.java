package io.kvs.compare.child;

import io.kvs.compare.report.Figure;
import java.io.IOException;

/// The child JVM: does what one assignment says and prints its figures.
public final class Child {
    private static final int ORPHANED = 3;

    private Child() {}

    /// Carries out `assignment`; does not return if the role is to be killed.
    public static void run(Assignment assignment) throws IOException, InterruptedException {
        Thread.ofPlatform().daemon().name("orphan-watch").start(Child::haltWithParent);
        switch (assignment.role()) {
            case MEASURE -> new Measuring(assignment).run(Child::tell);
            case LOAD -> new Loading(assignment).figures().forEach(Child::tell);
            case OPEN_CLOSED -> new Opening(assignment).figures().forEach(Child::tell);
            case OVERWRITE -> new Overwriting(assignment).figures().forEach(Child::tell);
            case BE_KILLED -> new BeingKilled(assignment).run();
            case OPEN_KILLED -> new OpeningKilled(assignment).figures().forEach(Child::tell);
        }
    }

    /// Tells the parent a figure at once, so that it is there even if the next one fails.
    private static void tell(Figure figure) {
        System.out.println(figure.toLine());
        System.out.flush();
    }

    /// The parent holds the other end of standard input: when it is gone, so are we.
    private static void haltWithParent() {
        try {
            int _ = System.in.read();
        } catch (IOException _) {
            // The pipe is broken, which says the same as its end.
        }
        Runtime.getRuntime().halt(ORPHANED);
    }
}
