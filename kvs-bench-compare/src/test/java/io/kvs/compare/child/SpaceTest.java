package io.kvs.compare.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.data.Scale;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Contender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceTest {
    private static final Scale SCALE = new Scale(5000, 100, 1);

    @TempDir private Path directory;

    @Test
    void loadingOpeningOverwriting_ofABareLog_takeWhatIsWritten()
            throws IOException, InterruptedException {
        Map<Quantity, Double> loaded = byQuantity(new Loading(assignment(Role.LOAD)).figures());
        Map<Quantity, Double> opened =
                byQuantity(new Opening(assignment(Role.OPEN_CLOSED)).figures());
        Map<Quantity, Double> overwritten =
                byQuantity(new Overwriting(assignment(Role.OVERWRITE)).figures());

        assertEquals(1.1, loaded.get(Quantity.LOADED_SPACE), 0.1);
        assertEquals(1.1, loaded.get(Quantity.CLOSED_SPACE), 0.1);
        assertTrue(opened.get(Quantity.OPEN_CLOSED_SECONDS) > 0);
        assertEquals(5, overwritten.get(Quantity.OVERWRITTEN));
        assertEquals(6.4, overwritten.get(Quantity.SETTLED_SPACE), 0.3);
        assertEquals(1.1, overwritten.getOrDefault(Quantity.WRITE_AMPLIFICATION, 1.1), 0.2);
    }

    private Assignment assignment(Role role) {
        return new Assignment(role, Contender.RAWLOG, directory, SCALE, List.of());
    }

    private static Map<Quantity, Double> byQuantity(List<Figure> figures) {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        figures.forEach(figure -> values.put(figure.quantity(), figure.value()));
        return values;
    }
}
