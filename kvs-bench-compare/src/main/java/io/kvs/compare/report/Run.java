package io.kvs.compare.report;

import io.kvs.compare.data.Scale;
import java.util.Map;
import java.util.stream.Collectors;

/// What one must know to read the figures of a run; the first line of its file.
///
/// @param date when it began, to the minute
/// @param machine where
/// @param jvmFlags the flags of all JVMs, without those that single stores need
/// @param scale how much there was to do
/// @param rounds how often everything was measured
/// @param versions the version of each store by its title
public record Run(
        String date,
        Machine machine,
        String jvmFlags,
        Scale scale,
        int rounds,
        Map<String, String> versions) {

    /// Returns this in words.
    String text() {
        String stores =
                versions.entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", "));
        return "%s: %s, `%s`; %d rounds, at most %s s a workload; %s."
                .formatted(date, machine.text(), jvmFlags, rounds, scale.seconds(), stores);
    }
}
