package io.kvs.compare.child;

import io.kvs.compare.data.Scale;
import io.kvs.compare.data.ValueForm;
import io.kvs.compare.store.Contender;
import io.kvs.compare.workload.Workload;
import io.kvs.compare.workload.Workloads;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What a parent asks of a child JVM.
///
/// @param role what it is to do
/// @param contender the store it is about
/// @param directory an existing directory for it alone; roles after one another share it
/// @param scale how much there is to do
/// @param workloads what to time; of no use to other roles than [Role#MEASURE]
public record Assignment(
        Role role, Contender contender, Path directory, Scale scale, List<Workload> workloads) {

    /// Returns this as command-line arguments.
    public List<String> toArguments() {
        return List.of(
                role.name(),
                contender.name(),
                directory.toString(),
                Long.toString(scale.keys()),
                Integer.toString(scale.valueBytes()),
                Double.toString(scale.seconds()),
                scale.values().name(),
                workloads.stream().map(Workload::name).collect(Collectors.joining(",")));
    }

    /// Returns the assignment that such arguments, from the one at `from` on, stand for.
    public static Assignment fromArguments(String[] arguments, int from) {
        List<String> names = Arrays.asList(arguments[from + 7].split(","));
        return new Assignment(
                Role.valueOf(arguments[from]),
                Contender.valueOf(arguments[from + 1]),
                Path.of(arguments[from + 2]),
                new Scale(
                        Long.parseLong(arguments[from + 3]),
                        Integer.parseInt(arguments[from + 4]),
                        Double.parseDouble(arguments[from + 5]),
                        ValueForm.valueOf(arguments[from + 6])),
                Workloads.ALL.stream()
                        .filter(workload -> names.contains(workload.name()))
                        .toList());
    }

    /// Returns where the files of the store are.
    public Path storeDirectory() {
        return directory.resolve("store");
    }

    /// Returns the file of the [io.kvs.compare.files.Acknowledgements].
    public Path acknowledgementsFile() {
        return directory.resolve("acknowledged");
    }
}
