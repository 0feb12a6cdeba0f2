package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OperationsTest {
    @Test
    void list_sameSeed_isTheSame() {
        assertEquals(new Operations(7, 300).toString(), new Operations(7, 300).toString());
        assertNotEquals(new Operations(7, 300).toString(), new Operations(8, 300).toString());
    }

    @Test
    void list_hasEveryKindOfOperation() {
        Set<Class<?>> kinds = new HashSet<>();
        boolean emptyValue = false;
        int valueLengthMax = 0;
        for (Operation operation : new Operations(7, 2_000).list()) {
            kinds.add(operation.getClass());
            if (operation instanceof Operation.Set set) {
                valueLengthMax = Math.max(valueLengthMax, set.value().length);
                emptyValue |= set.value().length == 0;
            }
        }
        assertEquals(Set.of(Operation.class.getPermittedSubclasses()), kinds);
        assertTrue(valueLengthMax > 3 * Inode.SECTOR_BYTES);
        assertTrue(emptyValue);
    }
}
