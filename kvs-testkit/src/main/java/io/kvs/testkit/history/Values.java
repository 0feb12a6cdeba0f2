package io.kvs.testkit.history;

import io.kvs.testkit.history.Action.Increment;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which calls tell of which values.
final class Values {
    private static final BitSet NONE = new BitSet();

    /// The answered calls that must find a value, by index.
    private final Map<Long, BitSet> finders = new HashMap<>();

    /// The answered calls that leave a value.
    private final Map<Long, BitSet> leavers = new HashMap<>();

    /// The unanswered calls that leave a value.
    private final Map<Long, BitSet> unansweredLeavers = new HashMap<>();

    /// From what unanswered increments may start to count: values that were left, and 0.
    private final NavigableSet<Long> left = new TreeSet<>();

    private long unansweredIncrementCount;

    Values(List<Call> answered, List<Call> unanswered) {
        left.add(0L);
        for (int i = 0; i < answered.size(); i++) {
            note(finders, answered.get(i).found(), i);
            note(leavers, answered.get(i).left(), i);
        }
        for (int i = 0; i < unanswered.size(); i++) {
            note(unansweredLeavers, unanswered.get(i).left(), i);
            unansweredIncrementCount += unanswered.get(i).action() instanceof Increment ? 1 : 0;
        }
        left.addAll(leavers.keySet());
        left.addAll(unansweredLeavers.keySet());
    }

    private static void note(Map<Long, BitSet> calls, @Nullable Long value, int index) {
        if (value != null) {
            calls.computeIfAbsent(value, _ -> new BitSet()).set(index);
        }
    }

    /// Returns whether a call must still find a value that was replaced, and none can bring it
    /// back.
    boolean isMissed(@Nullable Long value, Configuration configuration) {
        return value != null
                && isOneAhead(finders, value, configuration)
                && !isOneAhead(leavers, value, configuration)
                && !isCountedUpTo(value)
                && configuration.hasUnanswered(unansweredLeavers.getOrDefault(value, NONE));
    }

    private static boolean isOneAhead(
            Map<Long, BitSet> calls, long value, Configuration configuration) {
        BitSet indexes = calls.getOrDefault(value, NONE);
        int index = indexes.nextSetBit(configuration.first());
        while (index >= 0 && configuration.has(index)) {
            index = indexes.nextSetBit(index + 1);
        }
        return index >= 0;
    }

    private boolean isCountedUpTo(long value) {
        Long start = left.lower(value);
        return start != null && value - start <= unansweredIncrementCount;
    }
}
