package io.kvs.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Those of this process. `System.out` would hide that a write failed.
public final class ProcessSurroundings implements Surroundings {
    private final String program;

    /// Makes those of a program of this name.
    public ProcessSurroundings(String program) {
        this.program = program;
    }

    @Override
    public String program() {
        return program;
    }

    @Override
    public InputStream in() {
        return new FileInputStream(FileDescriptor.in);
    }

    @Override
    public OutputStream out() {
        return new FileOutputStream(FileDescriptor.out);
    }

    @Override
    public OutputStream err() {
        return new FileOutputStream(FileDescriptor.err);
    }

    @Override
    public @Nullable String variable(String name) {
        return System.getenv(name);
    }

    /// The launcher has looked: Java cannot tell it of standard error alone.
    @Override
    public boolean isWatched() {
        return Boolean.getBoolean("kvs.watched");
    }
}
