package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
        List<Operation> operations = new ArrayList<>(new Operations(7, 1_000).list());
        operations.addAll(new Operations(8, 1_000).list()); // Only one of them compacts.
        for (Operation operation : operations) {
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
