package io.kvs.compare.report;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was measured with one number of keys and one size of values, by one run or by several.
final class Section {
    private final Scale scale;
    private final List<Run> runs = new ArrayList<>();
    private final Results results = new Results();

    /// Begins a section that has nothing in it.
    Section(Scale scale) {
        this.scale = scale;
    }

    /// Adds a run and its figures.
    void add(Run run, RunFile file) throws IOException {
        runs.add(run);
        file.readFigures(results);
    }

    /// Returns the picture of a topic.
    Chart chart(Topic topic) {
        return Chart.of(topic, results);
    }

    /// Returns a name for files; scales with the same name share a section.
    static String slug(Scale scale) {
        return scale.keys() + "x" + scale.valueBytes();
    }

    /// Returns the tables.
    String tables() {
        return new Report(results).text();
    }

    /// Returns the heading and what there is to know about the runs.
    String heading() {
        return String.format(
                Locale.ROOT,
                "## %,d keys of %d bytes, values of %d bytes\n\n%s\n",
                scale.keys(),
                Entries.KEY_BYTES,
                scale.valueBytes(),
                runs.stream().map(run -> "- " + run.text() + "\n").collect(Collectors.joining()));
    }
}
