package io.kvs.server.program;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of all settings, and where each comes from: the command line, else the environment,
/// else a file, else the default.
final class Settings {
    private final List<Setting<?>> known;
    private final Map<String, Value> values = new LinkedHashMap<>();

    /// A value and its origin.
    private record Value(@Nullable String text, @Nullable Object parsed, String origin) {}

    private Settings(List<Setting<?>> known) {
        this.known = known;
    }

    /// Finds the value of each setting.
    ///
    /// @param known the settings there are
    /// @param commandLine those that are set there, by name
    /// @param environment all variables
    /// @param file the file of settings, or null if there is none
    /// @throws UsageException a value is wrong, or the file has a setting that there is not
    static Settings resolve(
            List<Setting<?>> known,
            Map<String, String> commandLine,
            Map<String, String> environment,
            @Nullable Path file) {
        Map<String, ConfigFile.Line> lines =
                file == null ? new HashMap<>() : new LinkedHashMap<>(ConfigFile.read(file));
        Settings settings = new Settings(known);
        for (Setting<?> setting : known) {
            ConfigFile.Line line = lines.remove(setting.name());
            String variable = setting.variable();
            Value value;
            if (commandLine.containsKey(setting.name())) {
                String text = commandLine.get(setting.name());
                value = parse(setting, text, "command line", "--" + setting.name());
            } else if (environment.containsKey(variable)) {
                value = parse(setting, environment.get(variable), "$" + variable, "$" + variable);
            } else if (line != null) {
                String place = line.place() + ": " + setting.name();
                value = parse(setting, line.value(), line.place(), place);
            } else {
                value = parse(setting, setting.defaultText(), "default", setting.name());
            }
            settings.values.put(setting.name(), value);
        }
        lines.forEach((name, line) -> {
            throw new UsageException(line.place() + ": there is no setting '" + name + "'");
        });
        return settings;
    }

    private static Value parse(
            Setting<?> setting, @Nullable String text, String origin, String place) {
        if (text == null) {
            return new Value(null, null, origin);
        }
        try {
            return new Value(text, setting.parser().apply(text), origin);
        } catch (IllegalArgumentException e) {
            String shown = setting.isSecret() ? "" : ", not '" + text + "'";
            throw new UsageException(place + " must be " + e.getMessage() + shown);
        }
    }

    /// Returns the value of a setting, or null if it has none.
    <T> @Nullable T find(Setting<T> setting) {
        @SuppressWarnings("unchecked") // its own parser has made it
        T value = (T) valueOf(setting).parsed;
        return value;
    }

    /// Returns the value of a setting that always has one.
    <T> T get(Setting<T> setting) {
        return Objects.requireNonNull(find(setting));
    }

    private Value valueOf(Setting<?> setting) {
        return Objects.requireNonNull(values.get(setting.name()), setting.name());
    }

    /// Returns a line for each setting as it could stand in a file, with its origin.
    String print() {
        StringBuilder text = new StringBuilder();
        for (Setting<?> setting : known) {
            Value value = valueOf(setting);
            String shown = value.text;
            String line =
                    shown == null
                            ? "# " + setting.name() + " is not set"
                            : setting.name() + " = " + (setting.isSecret() ? "(hidden)" : shown);
            text.append(String.format("%-40s # %s%n", line, value.origin));
        }
        return text.toString();
    }
}
