package io.kvs.server.program;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Something that can be set: on the command line, by a variable of the environment, in a file.
///
/// @param <T> what its text stands for
/// @param name as on the command line behind `--`, and in a file
/// @param label what stands for the value in the help
/// @param defaultText what it is if nobody sets it; null if it is then absent
/// @param isSecret whether its value is never shown
/// @param parser makes the value of a text, or throws {@link IllegalArgumentException} with a
///   message that says what it must be
/// @param description for people; several lines
record Setting<T>(
        String name,
        String label,
        @Nullable String defaultText,
        boolean isSecret,
        Function<String, T> parser,
        String... description) {

    /// Returns the name of the variable of the environment.
    String variable() {
        return "KVS_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
