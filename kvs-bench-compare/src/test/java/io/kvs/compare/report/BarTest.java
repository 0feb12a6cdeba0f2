package io.kvs.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.compare.store.Contender;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarTest {
    private final Results results = new Results();

    @Test
    void of_rates_hasTheLargestFirst() {
        add(Contender.KVS, Quantity.RATE, 2e6);
        add(Contender.LMDB, Quantity.RATE, 1e6);
        add(Contender.CHRONICLE, Quantity.RATE, 3e6);

        assertEquals(List.of("3.00 M (1.50)", "2.00 M", "1.00 M (0.50)"), labels(Quantity.RATE));
    }

    @Test
    void of_seconds_hasTheSmallestFirst() {
        add(Contender.KVS, Quantity.OPEN_CLOSED_SECONDS, 2);
        add(Contender.LMDB, Quantity.OPEN_CLOSED_SECONDS, 1);

        assertEquals(List.of("1.00 (0.50)", "2.00"), labels(Quantity.OPEN_CLOSED_SECONDS));
    }

    @Test
    void of_nothingOfKvs_hasNoRatio() {
        add(Contender.LMDB, Quantity.RATE, 1e6);

        assertEquals(List.of("1.00 M"), labels(Quantity.RATE));
    }

    private void add(Contender contender, Quantity quantity, double value) {
        results.add(contender, new Figure("row", quantity, value));
    }

    private List<String> labels(Quantity quantity) {
        return Bar.of(results, "row", quantity).stream().map(Bar::label).toList();
    }
}
