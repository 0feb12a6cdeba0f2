package io.kvs.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final long KIBIBYTE = 1 << 10;
    private static final long MEBIBYTE = 1 << 20;

    private final Capacity capacity = new Capacity(64 * MEBIBYTE);

    @Test
    void next_emptyStore_isSmall() {
        assertEquals(64 * KIBIBYTE, capacity.next(0));
    }

    @Test
    void next_smallStore_isSoonHalfAMebibyte() {
        assertEquals(512 * KIBIBYTE, capacity.next(128 * KIBIBYTE));
        assertEquals(512 * KIBIBYTE, capacity.next(15 * MEBIBYTE));
    }

    @Test
    void next_largerStore_isASixteenthOfIt() {
        assertEquals(16 * MEBIBYTE, capacity.next(256 * MEBIBYTE));
        assertEquals(64 * MEBIBYTE, capacity.next(1L << 40));
    }

    @Test
    void next_lowLimit_isTheLimit() {
        assertEquals(4096, new Capacity(4096).next(256 * MEBIBYTE));
    }

    @Test
    void busy_smallStore_isAsEver() {
        assertEquals(512 * KIBIBYTE, capacity.busy(8 * MEBIBYTE));
    }

    @Test
    void busy_storeThatIsNotSmall_isTwoMebibytesOrMore() {
        assertEquals(2 * MEBIBYTE, capacity.busy(9 * MEBIBYTE));
        assertEquals(2 * MEBIBYTE, capacity.busy(31 * MEBIBYTE));
        assertEquals(4 * MEBIBYTE, capacity.busy(32 * MEBIBYTE));
    }

    @Test
    void busy_lowLimit_isTheLimit() {
        assertEquals(4096, new Capacity(4096).busy(256 * MEBIBYTE));
    }

    @Test
    void busy_largerStore_isAnEighthOfIt() {
        assertEquals(32 * MEBIBYTE, capacity.busy(256 * MEBIBYTE));
        assertEquals(64 * MEBIBYTE, capacity.busy(1L << 40));
    }

    @Test
    void resting_isAnEighthOfTheNext() {
        assertEquals(2 * MEBIBYTE, capacity.resting(256 * MEBIBYTE));
        assertEquals(64 * KIBIBYTE, capacity.resting(0));
        assertEquals(4096, new Capacity(4096).resting(256 * MEBIBYTE));
    }
}
