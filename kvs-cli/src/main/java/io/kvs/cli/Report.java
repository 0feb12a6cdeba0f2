package io.kvs.cli;

import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// Tells the user in one line what went wrong.
public final class Report {
    private Report() {}

    /// Reports a failure; returns the exit code that belongs to it.
    ///
    /// With the environment variable `KVS_TRACE` the stack trace follows, for the developers.
    public static int failure(Throwable failure, Surroundings surroundings) {
        int exitCode = exitCode(failure);
        if (exitCode == ExitCode.KEY_NOT_FOUND) {
            line("Key not found", surroundings);
        } else {
            line(surroundings.program().concat(": ").concat(message(failure)), surroundings);
        }
        if (surroundings.variable("KVS_TRACE") != null) {
            failure.printStackTrace(
                    new PrintStream(surroundings.err(), true, StandardCharsets.UTF_8));
        }
        return exitCode;
    }

    /// Writes one line to standard error, whatever characters are in it.
    public static void line(String text, Surroundings surroundings) {
        byte[] line = oneLine(text).concat("\n").getBytes(StandardCharsets.UTF_8);
        try {
            surroundings.err().write(line);
        } catch (IOException e) {
            // Nobody listens: the exit code is all that is left to say.
        }
    }

    /// Returns what is wrong, in words.
    static String message(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "not enough memory";
        }
        if (failure instanceof InvalidPathException) {
            return "the name of the file or directory cannot be used here";
        }
        String message = failure.getMessage();
        if (failure instanceof KvsException || isOurs(failure)) {
            return withReason(String.valueOf(message), failure.getCause());
        }
        if (failure instanceof IOException) {
            return withReason(String.valueOf(message), failure);
        }
        if (failure instanceof UncheckedIOException && failure.getCause() != null) {
            return message(failure.getCause());
        }
        return "unexpected failure, a defect of kvs; with KVS_TRACE=1 it shows where";
    }

    private static int exitCode(Throwable failure) {
        if (failure instanceof KeyNotFoundException) {
            return ExitCode.KEY_NOT_FOUND;
        }
        if (failure instanceof InvalidKeyException) {
            return ExitCode.WRONG_USAGE;
        }
        return failure instanceof CommandException ours ? ours.exitCode() : ExitCode.FAILED;
    }

    private static boolean isOurs(Throwable failure) {
        return failure instanceof CommandException || failure instanceof OutputException;
    }

    /// Completes a message that ends with the name of a file, since that may be all that the
    /// message of a `FileSystemException` holds.
    private static String withReason(String message, @Nullable Throwable cause) {
        if (!(cause instanceof FileSystemException exception)
                || exception.getReason() != null
                || !message.endsWith(String.valueOf(exception.getFile()))) {
            return message;
        }
        if (exception instanceof AccessDeniedException) {
            return message.concat(": permission denied");
        }
        if (exception instanceof NoSuchFileException) {
            return message.concat(": no such file or directory");
        }
        return exception instanceof FileAlreadyExistsException
                ? message.concat(": it exists")
                : message;
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line.append("\\n");
            } else if (Character.isISOControl(c)) {
                line.append('?');
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }
}
