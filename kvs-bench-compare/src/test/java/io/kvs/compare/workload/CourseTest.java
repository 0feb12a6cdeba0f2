package io.kvs.compare.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.data.Scale;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Contender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourseTest {
    private static final Scale SCALE = new Scale(300, 100, 0.01);

    @TempDir private Path directory;

    @Test
    void run_allWorkloadsOfAnOrderedStore_givesARateForEach()
            throws IOException, InterruptedException {
        Set<String> expected =
                Workloads.ALL.stream().map(Workload::name).collect(Collectors.toSet());
        expected.remove("rww");
        expected.addAll(List.of("rww_read", "rww_write"));

        assertEquals(expected, rows(Contender.KVS));
    }

    @Test
    void run_aStoreWithoutOrderAndSync_leavesOutWhatItCannotDo()
            throws IOException, InterruptedException {
        Set<String> rows = rows(Contender.CHRONICLE);

        assertEquals(
                Set.of(),
                rows.stream()
                        .filter(row -> row.startsWith("scan") || row.startsWith("durable"))
                        .collect(Collectors.toSet()));
        assertTrue(rows.contains("ycsb_d"));
    }

    private Set<String> rows(Contender contender) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        try (Course course = new Course(contender, directory, SCALE)) {
            course.run(Workloads.ALL, figures::add);
        }
        Set<String> rows = new HashSet<>();
        for (Figure figure : figures) {
            if (figure.quantity() == Quantity.RATE) {
                rows.add(figure.row());
            }
        }
        return rows;
    }
}
