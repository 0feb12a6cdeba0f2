package io.kvs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A progress bar on standard error, if somebody is watching it; it is gone in the end.
final class Progress implements AutoCloseable {
    /// The size of an input that is not known beforehand.
    static final long UNKNOWN = -1;

    private static final int WIDTH = 79;

    private final @Nullable ProgressBar bar;
    private final boolean inBytes;

    private Progress(@Nullable ProgressBar bar, boolean inBytes) {
        this.bar = bar;
        this.inBytes = inBytes;
    }

    /// Starts one.
    ///
    /// @param bytes how many bytes there are to do, or {@link #UNKNOWN}: then entries are counted
    static Progress start(String task, long bytes, Surroundings surroundings) {
        if (!surroundings.isWatched()) {
            return new Progress(null, false);
        }
        boolean inBytes = bytes != UNKNOWN;
        ProgressBarBuilder builder =
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(bytes)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .setConsumer(new Line(surroundings.err()));
        if (inBytes) {
            builder.setUnit(" MiB", 1 << 20);
        }
        return new Progress(builder.build(), inBytes);
    }

    /// Tells how far the task has come.
    void reach(long bytes, long entries) {
        if (bar != null) {
            bar.stepTo(inBytes ? bytes : entries);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    /// The last line of the terminal.
    private record Line(OutputStream err) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public void accept(String rendered) {
            write("\r" + rendered);
        }

        @Override
        public void close() {
            write("\r" + " ".repeat(WIDTH) + "\r");
        }

        private void write(String text) {
            try {
                err.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A progress bar that cannot be shown must not end what it is about.
            }
        }
    }
}
