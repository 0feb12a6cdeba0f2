package io.kvs.cli;

import io.kvs.KeyNotFoundException;
import io.kvs.io.RealDisk;
import io.kvs.oneshot.NotSimpleException;
import io.kvs.oneshot.OneShot;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The commands `set`, `get` and `rm`, read from the command line without picocli.
final class KeyCommand {
    private static final String DATA_DIR = "--data-dir";
    private static final String DURABILITY = "--durability";
    private static final String TIME_TO_LIVE = "--ttl";
    private static final byte[] NO_VALUE = {};

    private final String name;
    private final String directory;
    private final byte[] key;
    private final byte[] value;
    private final boolean sync;
    private final @Nullable Duration timeToLive;

    /// Makes a command.
    ///
    /// @param name `set`, `get` or `rm`
    /// @param value the value, of no meaning unless it is `set`
    /// @param sync whether a write must be on stable storage at the end
    /// @param timeToLive how long the value lives, or null for ever
    private KeyCommand(
            String name,
            String directory,
            byte[] key,
            byte[] value,
            boolean sync,
            @Nullable Duration timeToLive) {
        this.name = name;
        this.directory = directory;
        this.key = key;
        this.value = value;
        this.sync = sync;
        this.timeToLive = timeToLive;
    }

    /// Returns the command that the arguments spell, or null if they are something else or wrong.
    static @Nullable KeyCommand parse(String[] arguments, Surroundings surroundings) {
        String name = null;
        String directory = null;
        String durability = null;
        Duration timeToLive = null;
        int[] operands = new int[2];
        int operandCount = 0;
        boolean optionsEnded = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            boolean option = !optionsEnded && argument.length() > 1 && argument.charAt(0) == '-';
            if (option && argument.equals("--")) {
                optionsEnded = true;
            } else if (option) {
                String optionName = optionName(argument);
                String text = optionValue(arguments, i);
                if (text == null || text.isEmpty()) {
                    return null;
                } else if (optionName.equals(DATA_DIR) && directory == null) {
                    directory = text;
                } else if (optionName.equals(DURABILITY) && durability == null && name != null) {
                    durability = text;
                } else if (optionName.equals(TIME_TO_LIVE)
                        && timeToLive == null
                        && "set".equals(name)) {
                    timeToLive = TimeToLiveOption.parse(text);
                    if (timeToLive == null) {
                        return null;
                    }
                } else {
                    return null;
                }
                i += argument.length() == optionName.length() ? 1 : 0;
            } else if (name == null) {
                if (optionsEnded) {
                    return null;
                }
                name = argument;
            } else if (operandCount < operands.length) {
                operands[operandCount++] = i;
            } else {
                return null;
            }
        }
        if (name == null || operandCount != operandCount(name) || !fits(name, durability)) {
            return null;
        }
        return new KeyCommand(
                name,
                directory == null ? defaultDirectory(surroundings) : directory,
                RawArguments.bytes(arguments, operands[0]),
                operandCount == 2 ? RawArguments.bytes(arguments, operands[1]) : NO_VALUE,
                !"process".equals(durability),
                timeToLive);
    }

    /// Returns the directory of the store when none is given.
    static String defaultDirectory(Surroundings surroundings) {
        String directory = surroundings.variable("KVS_DATA_DIR");
        return directory == null || directory.isEmpty() ? "data" : directory;
    }

    /// Carries it out; returns the exit code.
    int run(Surroundings surroundings) {
        Path path = Path.of(directory);
        switch (name) {
            case "set" -> set(path);
            case "rm" -> remove(path);
            default -> get(path, surroundings);
        }
        return ExitCode.DONE;
    }

    private void set(Path path) {
        if (timeToLive != null) {
            WholeStore.set(path, key, value, timeToLive);
            return;
        }
        try {
            new OneShot(new RealDisk(path)).set(key, value, sync);
        } catch (NotSimpleException e) {
            WholeStore.set(path, key, value, null);
        }
    }

    private void remove(Path path) {
        try {
            new OneShot(new RealDisk(path)).remove(key, sync);
        } catch (NotSimpleException e) {
            WholeStore.remove(path, key);
        }
    }

    private void get(Path path, Surroundings surroundings) {
        byte[] found;
        try {
            found = new OneShot(new RealDisk(path)).get(key);
        } catch (NotSimpleException e) {
            ValueFile.printLine(path, key, surroundings);
            return;
        }
        if (found == null) {
            throw new KeyNotFoundException();
        }
        byte[] line = new byte[found.length + 1];
        System.arraycopy(found, 0, line, 0, found.length);
        line[found.length] = '\n';
        Main.write(line, surroundings);
    }

    private static String optionName(String argument) {
        int end = argument.indexOf('=');
        return end < 0 ? argument : argument.substring(0, end);
    }

    private static @Nullable String optionValue(String[] arguments, int index) {
        int end = arguments[index].indexOf('=');
        if (end >= 0) {
            return arguments[index].substring(end + 1);
        }
        return index + 1 < arguments.length ? arguments[index + 1] : null;
    }

    private static int operandCount(String name) {
        if (name.equals("set")) {
            return 2;
        }
        return name.equals("get") || name.equals("rm") ? 1 : -1;
    }

    private static boolean fits(String name, @Nullable String durability) {
        return durability == null
                || !name.equals("get")
                        && (durability.equals("sync") || durability.equals("process"));
    }
}
