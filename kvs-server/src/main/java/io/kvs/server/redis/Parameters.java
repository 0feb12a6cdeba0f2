package io.kvs.server.redis;

import io.kvs.Durability;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What `CONFIG GET` tells and `CONFIG SET` changes, under the names of Redis. What the server has
/// been started with can only be read.
final class Parameters {
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    /// Changes a value.
    @FunctionalInterface
    interface Change {
        /// Returns what is wrong with a new value, or null if it was taken.
        @Nullable String to(String value);
    }

    /// A parameter.
    ///
    /// @param name in small letters
    /// @param value tells its value
    /// @param change changes it
    record Parameter(String name, Supplier<String> value, Change change) {}

    Parameters(RedisServer server) {
        ServerFacts facts = server.facts();
        fixed("databases", "1");
        fixed("save", "");
        fixed("appendonly", "yes");
        fixed("appendfsync", facts.durability() == Durability.SYNC ? "always" : "everysec");
        fixed("maxmemory", "0");
        fixed("maxmemory-policy", "noeviction");
        fixed("maxclients", Integer.toString(facts.clientsMax()));
        fixed("timeout", Long.toString(facts.idleSeconds()));
        fixed("io-threads", Integer.toString(facts.loops()));
        fixed("proto-max-bulk-len", Integer.toString(server.limits().bulkBytesMax()));
        fixed("client-query-buffer-limit", Integer.toString(server.limits().requestBytesMax()));
        fixed("cluster-enabled", "no");
        fixed("hz", "10");
        add(
                new Parameter(
                        "notify-keyspace-events",
                        server.notifications()::letters,
                        value ->
                                server.notifications().configure(value)
                                        ? null
                                        : "Invalid event class character. Use"
                                                + " 'Ag$lshzxeKEtmd'."));
        number(
                "slowlog-log-slower-than",
                -1,
                server.slowLog()::slowerThanMicros,
                server.slowLog()::slowerThanMicros);
        number("slowlog-max-len", 0, server.slowLog()::lengthMax, server.slowLog()::lengthMax);
        number(
                "latency-monitor-threshold",
                0,
                server.latency()::thresholdMillis,
                server.latency()::thresholdMillis);
    }

    private void add(Parameter parameter) {
        byName.put(parameter.name(), parameter);
    }

    private void fixed(String name, String value) {
        add(
                new Parameter(
                        name,
                        () -> value,
                        wanted -> wanted.equals(value) ? null : "can't set immutable config"));
    }

    private void number(String name, long min, LongSupplier value, LongConsumer change) {
        add(
                new Parameter(
                        name,
                        () -> Long.toString(value.getAsLong()),
                        text -> {
                            if (!text.matches("-?[0-9]{1,18}")) {
                                return "argument couldn't be parsed into an integer";
                            }
                            long number = Long.parseLong(text);
                            if (number < min) {
                                return "argument must be between "
                                        + min
                                        + " and 9223372036854775807 inclusive";
                            }
                            change.accept(number);
                            return null;
                        }));
    }

    /// Returns all parameters.
    Collection<Parameter> all() {
        return byName.values();
    }

    /// Returns the parameter with a name, in capital or small letters, or null.
    @Nullable Parameter find(String name) {
        return byName.get(name.toLowerCase(Locale.ROOT));
    }

    /// Gives several parameters new values, or none.
    ///
    /// @param values each with the name as the client wrote it
    /// @throws CommandException one cannot have its value
    void set(Map<String, String> values) throws CommandException {
        Map<Parameter, String> before = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            Parameter parameter = find(entry.getKey());
            if (parameter == null) {
                throw new CommandException(
                        "ERR Unknown option or number of arguments for CONFIG SET - '"
                                + entry.getKey()
                                + "'");
            }
            if (before.put(parameter, parameter.value().get()) != null) {
                throw failed(entry.getKey(), "duplicate parameter");
            }
        }
        for (Map.Entry<String, String> entry : values.entrySet()) {
            Parameter parameter = find(entry.getKey());
            String problem = parameter == null ? null : parameter.change().to(entry.getValue());
            if (problem != null) {
                before.forEach((changed, value) -> changed.change().to(value));
                throw failed(entry.getKey(), problem);
            }
        }
    }

    static CommandException failed(String name, String problem) {
        return new CommandException(
                "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + problem);
    }
}
