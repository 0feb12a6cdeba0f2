package io.kvs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ScanTest {
    @Test
    void all_hasNoBounds() {
        assertNull(Scan.all().from());
        assertNull(Scan.all().to());
        assertFalse(Scan.all().isReversed());
        assertFalse(Scan.all().isKeysOnly());
        assertEquals(Scan.UNLIMITED, Scan.all().limit());
    }

    @Test
    void prefix_trailingLargestBytes_areCutForTheEnd() {
        assertArrayEquals(new byte[] {2}, Scan.prefix(new byte[] {1, -1, -1}).to());
        assertArrayEquals(new byte[] {-128}, Scan.prefix(new byte[] {127}).to());
        assertArrayEquals(new byte[] {1, 3}, Scan.prefix(new byte[] {1, 2}).to());
        assertNull(Scan.prefix(new byte[] {-1, -1}).to());
        assertNull(Scan.prefix("").to());
    }

    @Test
    void bounds_anyOrder_narrow() {
        Scan scan = Scan.prefix("b").from("a").to("z");
        assertArrayEquals(new byte[] {'b'}, scan.from());
        assertArrayEquals(new byte[] {'c'}, scan.to());
        assertArrayEquals(new byte[] {'b', 'x'}, scan.from("bx").from("bb").from());
        assertArrayEquals(new byte[] {'b', 'b'}, scan.to("bb").to("bx").to());
    }

    @Test
    void from_nothing_isNoBound() {
        assertNull(Scan.all().from("").from());
        assertNull(Scan.prefix("").from());
        assertArrayEquals(new byte[] {'b'}, Scan.prefix("b").from("").from());
    }

    @Test
    void bounds_changedFromOutside_stay() {
        byte[] bound = {'b'};
        Scan scan = Scan.all().from(bound);
        bound[0] = 'x';
        byte[] handedOut = scan.from();
        if (handedOut != null) {
            handedOut[0] = 'y';
        }

        assertArrayEquals(new byte[] {'b'}, scan.from());
    }

    @Test
    void contains_bytesOver0x80_areLarge() {
        Scan scan = Scan.all().from(new byte[] {'b'}).to(new byte[] {(byte) 0x90});
        assertTrue(scan.contains(new byte[] {'b'}));
        assertTrue(scan.contains(new byte[] {(byte) 0x80}));
        assertFalse(scan.contains(new byte[] {(byte) 0x90}));
        assertFalse(scan.contains(new byte[] {'a', 'z'}));
    }

    @Test
    void settings_areKeptApart() {
        Scan scan = Scan.prefix("b").limit(3).reversed().keysOnly();
        assertTrue(scan.isReversed());
        assertTrue(scan.isKeysOnly());
        assertEquals(3, scan.from("bb").limit());
        assertFalse(scan.reversed().isReversed());
        assertThrows(IllegalArgumentException.class, () -> scan.limit(-1));
    }
}
