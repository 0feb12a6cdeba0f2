package io.kvs.compare.child;

import io.kvs.compare.data.Scale;
import io.kvs.compare.files.Scratch;
import io.kvs.compare.report.Figure;
import io.kvs.compare.workload.Course;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/// Times the workloads, after small runs of all of them that are thrown away, until little is left
/// to compile.
///
/// @param assignment what is to be timed
record Measuring(Assignment assignment) {
    private static final int WARM_UPS_MAX = 3;

    /// Of a run's time, the share in which the compilers may have worked for it to be the last one
    /// that is thrown away.
    private static final double COMPILING_MAX = 0.15;

    void run(Consumer<Figure> figures) throws IOException, InterruptedException {
        boolean warm = false;
        for (int runs = 0; !warm && runs < WARM_UPS_MAX; runs++) {
            warm = warmUp();
        }
        run(assignment.scale(), figures);
    }

    /// Returns whether hardly anything was compiled meanwhile.
    private boolean warmUp() throws IOException, InterruptedException {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        long compiled = compilers.getTotalCompilationTime();
        long start = System.nanoTime();
        run(assignment.scale().warmUp(), _ -> {});
        double tookMillis = (System.nanoTime() - start) / 1e6;
        return compilers.getTotalCompilationTime() - compiled < COMPILING_MAX * tookMillis;
    }

    private void run(Scale scale, Consumer<Figure> figures)
            throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.in(assignment.directory(), "course");
                Course course = new Course(assignment.contender(), scratch.path(), scale)) {
            course.run(assignment.workloads(), figures);
        }
    }
}
