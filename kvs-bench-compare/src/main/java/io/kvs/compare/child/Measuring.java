package io.kvs.compare.child;

import io.kvs.compare.data.Scale;
import io.kvs.compare.files.Scratch;
import io.kvs.compare.report.Figure;
import io.kvs.compare.workload.Course;
import java.io.IOException;
import java.util.function.Consumer;

/// Times the workloads, after a small run of all of them that is thrown away.
///
/// @param assignment what is to be timed
record Measuring(Assignment assignment) {
    void run(Consumer<Figure> figures) throws IOException, InterruptedException {
        run(assignment.scale().warmUp(), _ -> {});
        run(assignment.scale(), figures);
    }

    private void run(Scale scale, Consumer<Figure> figures)
            throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.in(assignment.directory(), "course");
                Course course = new Course(assignment.contender(), scratch.path(), scale)) {
            course.run(assignment.workloads(), figures);
        }
    }
}
