package io.kvs.cli;

import io.kvs.CorruptionException;
import io.kvs.KvStore;
import io.kvs.VerifyReport;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// `kvs verify`.
@Command(
        name = "verify",
        description =
                "Reads everything in the store and prints each damage with file and offset; exit"
                        + " code 4 if there is any. Works beside a process that owns the store.")
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        KvsCommand parent = KvsCommand.require(kvs);
        Surroundings surroundings = parent.surroundings();
        Path directory = parent.directory();
        WholeStore.ensureExists(directory);
        VerifyReport report = KvStore.verify(directory);
        if (json) {
            Main.write(json(report), surroundings);
        } else {
            Main.write(text(report), surroundings);
        }
        int found = report.damage().size();
        if (found == 0) {
            return ExitCode.DONE;
        }
        Report.line(
                "kvs: "
                        + directory
                        + " is damaged in "
                        + found
                        + (found == 1 ? " place" : " places"),
                surroundings);
        return ExitCode.DAMAGED;
    }

    private static String text(VerifyReport report) {
        StringBuilder text = new StringBuilder();
        for (CorruptionException damage : report.damage()) {
            text.append(damage.getMessage()).append('\n');
        }
        return text.append("read ")
                .append(report.records())
                .append(" records in ")
                .append(report.files())
                .append(" files, ")
                .append(Size.of(report.bytes()))
                .append(report.damage().isEmpty() ? ": no damage\n" : "\n")
                .toString();
    }

    private static byte[] json(VerifyReport report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator =
                Json.factory().createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            generator.writeNumberProperty("files", report.files());
            generator.writeNumberProperty("records", report.records());
            generator.writeNumberProperty("bytes", report.bytes());
            generator.writeArrayPropertyStart("damage");
            for (CorruptionException damage : report.damage()) {
                generator.writeStartObject();
                generator.writeStringProperty("file", damage.file());
                generator.writeNumberProperty("offset", damage.offset());
                generator.writeStringProperty("message", damage.getMessage());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
        return bytes.toByteArray();
    }
}
