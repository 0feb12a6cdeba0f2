package io.kvs.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.compare.store.Contender;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChartTest {
    private static final Pattern WIDTH = Pattern.compile("<rect [^>]*width=\"([^\"]*)\"");

    private final Results results = new Results();

    @Test
    void svg_ofValues_hasBarsInProportion() {
        add(Contender.KVS, "readrandom", Quantity.RATE, 4e6);
        add(Contender.LMDB, "readrandom", Quantity.RATE, 1e6);

        assertEquals(List.of("225.0", "56.3"), widths(Topic.READS));
    }

    @Test
    void svg_ofNothingAndLess_hasEmptyBars() {
        add(Contender.KVS, "load", Quantity.PRIVATE_PER_KEY, 0);
        add(Contender.LMDB, "load", Quantity.PRIVATE_PER_KEY, -0.1);

        assertEquals(List.of("0.0", "0.0"), widths(Topic.SPACE));
    }

    private void add(Contender contender, String row, Quantity quantity, double value) {
        results.add(contender, new Figure(row, quantity, value));
    }

    private List<String> widths(Topic topic) {
        return WIDTH.matcher(Chart.of(topic, results).svg())
                .results()
                .map(rect -> rect.group(1))
                .toList();
    }
}
