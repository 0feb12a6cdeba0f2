package io.kvs.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.view.Pins.Pin;
import io.kvs.view.ReadSections.Reader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PinsTest {
    private final Pins pins = new Pins(() -> due = true);
    private final List<Long> released = new ArrayList<>();
    private boolean due;

    @Test
    void retire_nobodyThere_releasesAtOnce() {
        retire(7);
        assertEquals(List.of(7L), released);
    }

    @Test
    void retire_pinned_releasesWhenTheLastPinIsClosed() {
        Pin first = pins.pin();
        Pin second = pins.pin();
        retire(7);
        first.close();
        assertEquals(List.of(), released);
        assertEquals(100, pins.heldBytes());
        second.close();
        assertEquals(List.of(7L), released);
        assertEquals(0, pins.heldBytes());
    }

    @Test
    void retire_pinConfinedToOthers_releasesAtOnce() {
        Pin pin = pins.pin();
        pin.confine(id -> id == 8, 0);
        retire(7);
        retire(8);
        assertEquals(List.of(7L), released);
        pin.close();
        assertEquals(List.of(7L, 8L), released);
    }

    @Test
    void retire_somebodyReads_releasesWhenHeHasEnded() {
        Reader reader = pins.sections().enter();
        retire(7);
        pins.releaseLeft();
        assertEquals(List.of(), released);
        reader.leave();
        pins.releaseLeft();
        assertEquals(List.of(7L), released);
    }

    @Test
    void closePin_somebodyReads_releasesWhenHeHasEnded() {
        Pin pin = pins.pin();
        retire(7);
        Reader reader = pins.sections().enter();
        pin.close();
        assertEquals(List.of(), released);
        reader.leave();
        retire(8);
        assertEquals(List.of(7L, 8L), released);
    }

    @Test
    void closeQuickly_pinned_leavesTheReleaseToOthers() {
        Pin pin = pins.pin();
        pin.closeQuickly();
        assertFalse(due);
        Pin other = pins.pin();
        retire(7);
        other.closeQuickly();

        assertTrue(due);
        assertEquals(List.of(), released);
        assertEquals(0, pins.heldBytes());
        assertTrue(pins.releaseLeft());
        assertEquals(List.of(7L), released);
        assertFalse(pins.releaseLeft());
    }

    @Test
    void close_pinned_releasesAll() {
        Pin pin = pins.pin();
        retire(7);
        pins.close();
        assertEquals(List.of(7L), released);
        pin.close();
        assertEquals(List.of(7L), released);
    }

    private void retire(long id) {
        pins.retire(id, 100, () -> released.add(id));
    }
}
