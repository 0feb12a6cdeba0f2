package io.kvs.server.log;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// A log of one line for each event: text for people, or a JSON object.
public final class LineLog implements ServerLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final boolean isJson;
    private final InstantSource clock;

    /// Makes one.
    ///
    /// @param out where the lines go
    /// @param isJson whether they are JSON
    /// @param clock tells the time of an event
    public LineLog(PrintStream out, boolean isJson, InstantSource clock) {
        this.out = out;
        this.isJson = isJson;
        this.clock = clock;
    }

    @Override
    public void event(String message) {
        write("info", message, "");
    }

    @Override
    public void failure(String message, Throwable cause) {
        write("error", message, cause.toString());
    }

    private void write(String level, String message, String cause) {
        Instant now = clock.instant();
        out.println(isJson ? json(now, level, message, cause) : text(now, level, message, cause));
    }

    private static String text(Instant time, String level, String message, String cause) {
        String line = TIME.format(time) + " " + level + " " + message;
        return oneLine(cause.isEmpty() ? line : line + ": " + cause);
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.chars().forEach(character -> line.append(character < ' ' ? ' ' : (char) character));
        return line.toString();
    }

    private static String json(Instant time, String level, String message, String cause) {
        String start =
                "{\"time\":\""
                        + TIME.format(time)
                        + "\",\"level\":\""
                        + level
                        + "\",\"message\":"
                        + quoted(message);
        return cause.isEmpty() ? start + "}" : start + ",\"cause\":" + quoted(cause) + "}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ') {
                quoted.append(String.format("\\u%04x", (int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }
}
