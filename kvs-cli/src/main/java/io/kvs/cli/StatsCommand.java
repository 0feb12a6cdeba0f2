package io.kvs.cli;

import io.kvs.KvStore;
import io.kvs.StoreStats;
import io.kvs.StoreStats.SegmentStats;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// `kvs stats`.
@Command(
        name = "stats",
        description =
                "Prints figures of the store: keys, live and stale bytes, segments, and what 'kvs"
                        + " compact' would give back. Works beside a process that owns the store.")
final class StatsCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(names = "--json", description = "As one JSON object; sizes in bytes.")
    private boolean json;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        Path directory = parent.directory();
        WholeStore.ensureExists(directory);
        StoreStats stats = KvStore.inspect(directory);
        if (json) {
            Main.write(json(stats), parent.surroundings());
        } else {
            Main.write(text(stats), parent.surroundings());
        }
    }

    private static String text(StoreStats stats) {
        StringBuilder text = new StringBuilder();
        line(text, "keys", Long.toString(stats.keys()));
        line(text, "live", Size.of(stats.liveBytes()));
        line(text, "dead", Size.of(stats.deadBytes()));
        line(text, "tombstones", Size.of(stats.tombstoneBytes()));
        line(text, "on disk", Size.of(stats.diskBytes()));
        line(text, "on disk / live", "%.2f".formatted(stats.spaceAmplification()));
        line(text, "compact gives back", Size.of(stats.reclaimableBytes()));
        line(text, "index in memory", Size.of(stats.indexBytes()));
        line(text, "compression", stats.compression());
        line(text, "segments", Integer.toString(stats.segments().size()));
        String row = "  %-16s %10s %10s %10s %10s %6s%n";
        if (!stats.segments().isEmpty()) {
            text.append(row.formatted("file", "size", "live", "dead", "tombstones", "live %"));
        }
        for (SegmentStats segment : stats.segments()) {
            text.append(
                    row.formatted(
                            segment.file(),
                            Size.of(segment.sizeBytes()),
                            Size.of(segment.liveBytes()),
                            Size.of(segment.deadBytes()),
                            Size.of(segment.tombstoneBytes()),
                            Math.round(100 * liveShare(segment)) + (segment.active() ? "*" : " ")));
        }
        return text.toString();
    }

    private static byte[] json(StoreStats stats) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator =
                Json.factory().createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            generator.writeNumberProperty("keys", stats.keys());
            generator.writeNumberProperty("liveBytes", stats.liveBytes());
            generator.writeNumberProperty("deadBytes", stats.deadBytes());
            generator.writeNumberProperty("tombstoneBytes", stats.tombstoneBytes());
            generator.writeNumberProperty("diskBytes", stats.diskBytes());
            generator.writeNumberProperty("spaceAmplification", stats.spaceAmplification());
            generator.writeNumberProperty("reclaimableBytes", stats.reclaimableBytes());
            generator.writeNumberProperty("indexBytes", stats.indexBytes());
            generator.writeStringProperty("compression", stats.compression());
            generator.writeArrayPropertyStart("segments");
            for (SegmentStats segment : stats.segments()) {
                generator.writeStartObject();
                generator.writeStringProperty("file", segment.file());
                generator.writeNumberProperty("sizeBytes", segment.sizeBytes());
                generator.writeNumberProperty("liveBytes", segment.liveBytes());
                generator.writeNumberProperty("deadBytes", segment.deadBytes());
                generator.writeNumberProperty("tombstoneBytes", segment.tombstoneBytes());
                generator.writeNumberProperty("liveShare", liveShare(segment));
                generator.writeBooleanProperty("active", segment.active());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
        return bytes.toByteArray();
    }

    /// Returns the share of the record bytes that is live; 1 if there are none.
    private static double liveShare(SegmentStats segment) {
        long used = segment.liveBytes() + segment.deadBytes() + segment.tombstoneBytes();
        return used == 0 ? 1 : (double) segment.liveBytes() / used;
    }

    private static void line(StringBuilder text, String name, String figure) {
        text.append(name).repeat(' ', 20 - name.length()).append(figure).append('\n');
    }
}
