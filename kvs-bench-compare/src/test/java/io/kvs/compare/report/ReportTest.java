package io.kvs.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.store.Contender;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void fromLine_ofToLine_isTheSameFigure() {
        Figure figure = new Figure("fillseq", Quantity.RATE, 12.5);

        assertEquals(Optional.of(figure), Figure.fromLine(figure.toLine()));
        assertEquals(Optional.empty(), Figure.fromLine("a library says hello"));
    }

    @Test
    void text_ofThreeRounds_hasMediansAndRatios() {
        Results results = new Results();
        for (double rate : new double[] {3e6, 1e6, 2e6}) {
            results.add(Contender.KVS, new Figure("readrandom", Quantity.RATE, rate));
            results.add(Contender.LMDB, new Figure("readrandom", Quantity.RATE, rate / 2));
            results.add(Contender.RAWLOG, new Figure("readrandom", Quantity.RATE, rate * 2));
        }
        List<Contender> contenders = List.of(Contender.KVS, Contender.LMDB, Contender.RAWLOG);

        String text = new Report(results, contenders).text();

        assertTrue(text.contains("| 2.00 M | 1.00 M | 4.00 M |"), text);
        assertTrue(text.matches("(?s).*0\\.50 \\| +2\\.00 \\| +lmdb \\|.*"), text);
    }
}
