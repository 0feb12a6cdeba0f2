package io.kvs.client.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.testkit.history.Action;
import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import io.kvs.testkit.history.OutcomeUnknownException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Objects;

/// Makes calls by the protocol of Redis.
record RedisCaller(StatefulRedisConnection<String, String> connection) implements Caller {

    @Override
    public Object call(String key, Action action) throws OutcomeUnknownException {
        try {
            return switch (action) {
                case Get() -> get(key);
                case Set(long value) -> set(key, value);
                case Remove() -> commands().del(key) == 1;
                case CompareAndSet(Long expected, Long value) ->
                        expected == null && value != null
                                ? commands().setnx(key, value.toString())
                                : compareAndSet(key, expected, value);
                case Increment() -> commands().incr(key);
            };
        } catch (RedisCommandExecutionException e) {
            throw new AssertionError(action + " is answered by an error", e);
        } catch (RedisException e) {
            throw new OutcomeUnknownException(e);
        }
    }

    private RedisCommands<String, String> commands() {
        return connection.sync();
    }

    private Long get(String key) {
        String value = commands().get(key);
        return value == null ? null : Long.valueOf(value);
    }

    private Object set(String key, long value) {
        assertEquals("OK", commands().set(key, Long.toString(value)));
        return null;
    }

    private boolean compareAndSet(String key, Long expected, Long value) {
        boolean discarded;
        do {
            commands().watch(key);
            if (!Objects.equals(get(key), expected)) {
                commands().unwatch();
                return false;
            }
            commands().multi();
            if (value == null) {
                commands().del(key);
            } else {
                commands().set(key, value.toString());
            }
            discarded = commands().exec().wasDiscarded();
        } while (discarded);
        return true;
    }

    @Override
    public void close() {
        connection.close();
    }
}
