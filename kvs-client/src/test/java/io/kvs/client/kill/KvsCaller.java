package io.kvs.client.kill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvs.KeyNotFoundException;
import io.kvs.RemoteException;
import io.kvs.client.KvsClient;
import io.kvs.testkit.history.Action;
import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import io.kvs.testkit.history.OutcomeUnknownException;

/// Makes calls by our own protocol.
record KvsCaller(KvsClient client) implements Caller {

    @Override
    public Object call(String key, Action action) throws OutcomeUnknownException {
        try {
            return switch (action) {
                case Get() -> client.get(key).map(Long::valueOf).orElse(null);
                case Set(long value) -> set(key, value);
                case Remove() -> remove(key);
                case CompareAndSet(Long expected, Long value) ->
                        client.compareAndSet(key.getBytes(UTF_8), bytes(expected), bytes(value));
                case Increment() -> client.add(key, 1);
            };
        } catch (RemoteException e) {
            throw new OutcomeUnknownException(e);
        }
    }

    private Object set(String key, long value) {
        client.set(key, Long.toString(value));
        return null;
    }

    private boolean remove(String key) {
        try {
            client.remove(key);
            return true;
        } catch (KeyNotFoundException e) {
            return false;
        }
    }

    private static byte[] bytes(Long value) {
        return value == null ? null : value.toString().getBytes(UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
