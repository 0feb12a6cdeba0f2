package io.kvs.compare;

import io.kvs.compare.report.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The wish for a document of what was measured earlier.
///
/// @param files the files of the runs, in the order of the document
/// @param target the document
record Redraw(List<RunFile> files, Path target) {
    /// The argument before those of this wish.
    static final String COMMAND = "report";

    private static final String TARGET = "--to";

    /// Reads the arguments: [#COMMAND], the files, `--to` and the document.
    ///
    /// @throws IllegalArgumentException one is wrong; the message says which
    static Redraw parse(String[] arguments) {
        int target = Arrays.asList(arguments).indexOf(TARGET);
        if (target < 2 || target != arguments.length - 2) {
            throw new IllegalArgumentException("report needs files, then --to and a document");
        }
        List<Path> paths = Arrays.stream(arguments, 1, target).map(Path::of).toList();
        for (Path path : paths) {
            if (!Files.isReadable(path)) {
                throw new IllegalArgumentException("there is no file " + path);
            }
        }
        return new Redraw(
                paths.stream().map(RunFile::new).toList(),
                Path.of(arguments[target + 1]).toAbsolutePath());
    }
}
