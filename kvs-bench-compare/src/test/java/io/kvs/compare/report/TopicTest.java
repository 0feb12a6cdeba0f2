package io.kvs.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.compare.workload.Workload;
import io.kvs.compare.workload.Workloads;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicTest {
    @Test
    void rows_ofAllTopics_haveEachWorkloadOnce() {
        List<String> shown =
                Arrays.stream(Topic.values())
                        .flatMap(topic -> topic.rows().stream())
                        .filter(row -> row.quantity() == Quantity.RATE)
                        .map(Topic.Row::name)
                        .sorted()
                        .toList();

        assertEquals(
                Workloads.ALL.stream()
                        .map(Workload::name)
                        .flatMap(name ->
                                name.equals("rww")
                                        ? Stream.of("rww_read", "rww_write")
                                        : Stream.of(name))
                        .sorted()
                        .toList(),
                shown);
    }
}
