package io.kvs.cli;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// What `snapshot` and `restore` show: how far the copying has come, and the report.
final class BackupOutput implements BackupProgress, AutoCloseable {
    private final String task;
    private final Surroundings surroundings;
    private @Nullable Progress progress;

    BackupOutput(String task, Surroundings surroundings) {
        this.task = task;
        this.surroundings = surroundings;
    }

    @Override
    public void reach(long doneBytes, long bytes) {
        Progress shown = progress;
        if (shown == null) {
            shown = Progress.start(task, bytes, surroundings);
            progress = shown;
        }
        shown.reach(doneBytes, 0);
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }

    /// Prints the report.
    void print(BackupReport report, boolean json) {
        close();
        if (json) {
            Main.write(json(report), surroundings);
        } else {
            Main.write(text(report), surroundings);
        }
    }

    private String text(BackupReport report) {
        return task
                + ": "
                + report.files()
                + " files, "
                + Size.of(report.bytes())
                + ", of which "
                + Size.of(report.copiedBytes())
                + " copied\n";
    }

    private static byte[] json(BackupReport report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator =
                Json.factory().createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            generator.writeNumberProperty("sequence", report.sequence());
            generator.writeNumberProperty("files", report.files());
            generator.writeNumberProperty("bytes", report.bytes());
            generator.writeNumberProperty("copiedBytes", report.copiedBytes());
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
        return bytes.toByteArray();
    }
}
