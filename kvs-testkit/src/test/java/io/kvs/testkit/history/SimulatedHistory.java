package io.kvs.testkit.history;

import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Calls of clients on one key of a store that does one thing after the other, and is killed now
/// and then.
final class SimulatedHistory {
    private static final int KILL_PERIOD = 4_000;

    private final SplittableRandom random;
    private final List<Call> calls = new ArrayList<>();

    /// By client: the call that is going on, and, if it has taken effect, as it will be answered.
    private final Call[] going;

    private final Call[] done;
    private long moment;
    private Long value;

    private SimulatedHistory(long seed, int clientCount) {
        random = new SplittableRandom(seed);
        going = new Call[clientCount];
        done = new Call[clientCount];
    }

    /// Returns about so many calls.
    static List<Call> calls(long seed, int clientCount, int callCount) {
        SimulatedHistory history = new SimulatedHistory(seed, clientCount);
        while (history.calls.size() < callCount) {
            history.step();
        }
        history.kill();
        return history.calls;
    }

    private void step() {
        int client = random.nextInt(going.length);
        moment++;
        if (random.nextInt(KILL_PERIOD) == 0) {
            kill();
        } else if (going[client] == null) {
            going[client] = Call.unanswered(client, "k", action(), moment);
        } else if (done[client] == null) {
            Call call = going[client];
            done[client] =
                    new Call(
                            client,
                            "k",
                            call.action(),
                            call.invoked(),
                            0,
                            call.action().answer(value));
            value = call.action().after(value);
        } else {
            Call call = done[client];
            calls.add(new Call(client, "k", call.action(), call.invoked(), moment, call.answer()));
            going[client] = null;
            done[client] = null;
        }
    }

    /// Leaves all calls that are going on without an answer.
    private void kill() {
        for (int client = 0; client < going.length; client++) {
            if (going[client] != null) {
                calls.add(going[client]);
            }
            going[client] = null;
            done[client] = null;
        }
    }

    private Action action() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Set(moment * 1_000);
            case 2 -> new Remove();
            case 3 -> new CompareAndSet(value, random.nextInt(4) == 0 ? null : moment * 1_000);
            case 4 -> new CompareAndSet(null, moment * 1_000);
            case 5 -> new Increment();
            default -> new Get();
        };
    }
}
