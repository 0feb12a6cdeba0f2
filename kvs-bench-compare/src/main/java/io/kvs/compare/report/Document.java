package io.kvs.compare.report;

import io.kvs.compare.data.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Everything that was measured, in Markdown, with a section for each scale.
public final class Document {
    private final SequencedMap<String, Section> sections = new LinkedHashMap<>();

    /// Reads the files of runs.
    ///
    /// @throws IllegalArgumentException one of them cannot be understood
    public Document(List<RunFile> files) throws IOException {
        for (RunFile file : files) {
            Run run = file.readRun();
            Scale scale = run.scale();
            sections.computeIfAbsent(Section.slug(scale), _ -> new Section(scale)).add(run, file);
        }
    }

    /// Returns the tables with their headings, for a terminal.
    public String tables() {
        return sections.values().stream()
                .map(section -> section.heading() + section.tables())
                .collect(Collectors.joining());
    }

    /// Writes the document, and its pictures into a directory beside it that has its name.
    public void write(Path file) throws IOException {
        String directory =
                file.getFileName()
                        .toString()
                        .replaceFirst("\\.[^.]*$", "")
                        .toLowerCase(Locale.ROOT);
        Files.createDirectories(file.resolveSibling(directory));
        StringBuilder text = new StringBuilder(Method.TEXT);
        for (Map.Entry<String, Section> entry : sections.entrySet()) {
            Section section = entry.getValue();
            text.append(section.heading());
            for (Topic topic : Topic.values()) {
                Chart chart = section.chart(topic);
                if (!chart.panels().isEmpty()) {
                    String picture = directory + "/" + entry.getKey() + "-" + topic.slug() + ".svg";
                    Files.writeString(file.resolveSibling(picture), chart.svg());
                    text.append(link(chart, picture));
                }
            }
            text.append(section.tables());
        }
        Files.writeString(file, text.toString().stripTrailing() + "\n");
    }

    private static String link(Chart chart, String picture) {
        return "### " + chart.title() + "\n\n![" + chart.title() + "](" + picture + ")\n\n";
    }
}
