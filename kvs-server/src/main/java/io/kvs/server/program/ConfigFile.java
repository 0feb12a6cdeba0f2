package io.kvs.server.program;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of settings: a line `name = value` for each, empty lines, and lines that begin with `#`.
final class ConfigFile {

    /// The value of a setting and where it stands.
    ///
    /// @param value the text behind the equals sign
    /// @param place the file and the number of the line
    record Line(String value, String place) {}

    private ConfigFile() {}

    /// Returns the settings of a file by name, in its order.
    ///
    /// @throws UsageException it cannot be read, or a line is none of these
    static Map<String, Line> read(Path file) {
        Map<String, Line> settings = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String place = file + ":" + number;
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw new UsageException(place + ": expected 'name = value'");
            }
            String name = text.substring(0, equals).strip();
            Line value = new Line(text.substring(equals + 1).strip(), place);
            if (settings.putIfAbsent(name, value) != null) {
                throw new UsageException(place + ": '" + name + "' is set twice");
            }
        }
        return settings;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            throw new UsageException("there is no file " + file);
        } catch (CharacterCodingException _) {
            throw new UsageException(file + " is not UTF-8");
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e.getMessage());
        }
    }
}
