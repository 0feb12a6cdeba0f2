package io.kvs.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.store.Contender;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Results results = new Results();

    @Test
    void fromLine_ofToLine_isTheSameFigure() {
        Figure figure = new Figure("fillseq", Quantity.RATE, 12.5);

        assertEquals(Optional.of(figure), Figure.fromLine(figure.toLine()));
        assertEquals(Optional.empty(), Figure.fromLine("a library says hello"));
    }

    @Test
    void text_ofThreeRounds_hasMediansAndRatios() {
        for (double rate : new double[] {3e6, 1e6, 2e6}) {
            add(Contender.KVS, "readrandom", Quantity.RATE, rate);
            add(Contender.LMDB, "readrandom", Quantity.RATE, rate / 2);
            add(Contender.MAPDB, "readrandom", Quantity.RATE, rate / 4);
            add(Contender.RAWLOG, "readrandom", Quantity.RATE, rate * 2);
        }

        assertRow("readrandom | 2.00 M | 1.00 M | 500 k | 4.00 M | 0.50 | 2.00 | lmdb |");
    }

    @Test
    void text_aRivalIsFaster_marksTheRow() {
        add(Contender.KVS, "readrandom", Quantity.RATE, 1e6);
        add(Contender.LMDB, "readrandom", Quantity.RATE, 2e6);

        assertRow("readrandom | 1.00 M | 2.00 M | – | 0.50 ✗ | lmdb |");
    }

    @Test
    void text_aRivalIsSlowerToOpen_marksNothing() {
        add(Contender.KVS, "open", Quantity.OPEN_CLOSED_SECONDS, 0.5);
        add(Contender.LMDB, "open", Quantity.OPEN_CLOSED_SECONDS, 1);
        add(Contender.XODUS, "open", Quantity.OPEN_CLOSED_SECONDS, 2);

        assertRow("open after close, s | 0.500 | 1.00 | 2.00 | – | 0.50 | lmdb |");
    }

    @Test
    void text_aRivalIsQuickerToOpen_marksTheRow() {
        add(Contender.KVS, "kill", Quantity.OPEN_KILLED_SECONDS, 1);
        add(Contender.LMDB, "kill", Quantity.OPEN_KILLED_SECONDS, 0.5);

        assertRow("open after kill -9, s | 1.00 | 0.500 | – | 2.00 ✗ | lmdb |");
    }

    @Test
    void text_onlyABoundIsKnown_isNotTheBest() {
        add(Contender.KVS, "overwrite", Quantity.WRITE_AMPLIFICATION, 2);
        add(Contender.LMDB, "overwrite", Quantity.WRITE_AMPLIFICATION, 0.1);
        add(Contender.ROCKSDB, "overwrite", Quantity.WRITE_AMPLIFICATION, 4);

        assertRow("written to the device / written | 2.00 | ≥ 0.10 | 4.00 | – | 0.50 | rocksdb |");
    }

    @Test
    void text_kvsIsMissing_hasTheOthers() {
        add(Contender.LMDB, "readrandom", Quantity.RATE, 2e6);

        assertRow("readrandom | 2.00 M | – | – | lmdb |");
    }

    private void add(Contender contender, String row, Quantity quantity, double value) {
        results.add(contender, new Figure(row, quantity, value));
    }

    private void assertRow(String row) {
        String text = new Report(results).text();
        assertTrue(text.replaceAll(" +", " ").contains("| " + row + "\n"), text);
    }
}
