package io.kvs.compare.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntriesTest {
    private final Entries entries = new Entries(100);

    @Test
    void version_ofAValue_isTheOneItWasMadeWith() {
        for (long index = 0; index < 1000; index++) {
            byte[] value = entries.value(index, index * 3);

            assertEquals(100, value.length);
            assertEquals(index * 3, entries.version(index, value));
        }
    }

    @Test
    void version_ofAValueInJson_isTheOneItWasMadeWith() {
        Entries json = new Entries(300, ValueForm.JSON);
        for (long index = 0; index < 1000; index++) {
            byte[] value = json.value(index, 2);

            assertEquals(300, value.length);
            assertEquals(2, json.version(index, value));
            assertTrue(new String(value, US_ASCII).contains("\"address\":{\"city\":\""));
        }
    }

    @Test
    void version_ofAnotherKeysValue_isRefused() {
        byte[] value = entries.value(1, 0);

        assertThrows(WrongValueException.class, () -> entries.version(2, value));
    }

    @Test
    void version_anyByteChanged_isRefused() {
        for (int position = 0; position < 100; position++) {
            byte[] value = entries.value(7, 1);
            value[position] ^= 1;

            assertThrows(WrongValueException.class, () -> entries.version(7, value));
        }
    }

    @Test
    void keys_ofAllKinds_areDifferent() {
        Set<String> keys = new HashSet<>();
        for (long index = 0; index < 1000; index++) {
            keys.add(Arrays.toString(entries.key(index)));
            keys.add(Arrays.toString(entries.absentKey(index)));
            keys.add(Arrays.toString(entries.ascendingKey(index)));
        }

        assertEquals(3000, keys.size());
    }
}
