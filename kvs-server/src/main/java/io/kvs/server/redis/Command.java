package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A command of Redis: how it is called, what it is like, where its keys are, and what it does.
/// Immutable.
public final class Command {
    private final String name;
    private final int arity;
    private final Set<CommandFlag> flags;
    private final int firstKey;
    private final int lastKey;
    private final int keyStep;
    private final Action action;
    private final Map<String, Command> subcommands;
    private final boolean isWrite;
    private final boolean isReadonly;

    /// What a command does.
    @FunctionalInterface
    public interface Action {
        /// Executes the command, and writes its one reply.
        ///
        /// @throws CommandException it cannot be done
        void execute(CommandContext context) throws CommandException;
    }

    private Command(
            String name,
            int arity,
            Set<CommandFlag> flags,
            int[] keys,
            Action action,
            Map<String, Command> subcommands) {
        assert name.equals(name.toLowerCase(Locale.ROOT)) : name;
        this.name = name;
        this.arity = arity;
        this.flags = flags;
        this.firstKey = keys[0];
        this.lastKey = keys[1];
        this.keyStep = keys[2];
        this.action = action;
        this.subcommands = subcommands;
        this.isWrite = flags.contains(CommandFlag.WRITE);
        this.isReadonly = flags.contains(CommandFlag.READONLY);
    }

    /// Makes a command without keys.
    ///
    /// @param name in small letters; of a subcommand `command|subcommand`
    /// @param arity how many arguments it takes, its name included; `-n` for n or more
    /// @param action what it does
    /// @param flags what it is like
    public static Command of(String name, int arity, Action action, CommandFlag... flags) {
        Set<CommandFlag> set = EnumSet.noneOf(CommandFlag.class);
        set.addAll(List.of(flags));
        return new Command(
                name, arity, Collections.unmodifiableSet(set), new int[3], action, Map.of());
    }

    /// Makes a command that does nothing by itself, but has subcommands.
    ///
    /// @param name in small letters
    public static Command ofSubcommands(String name, Command... subcommands) {
        Map<String, Command> byName = new LinkedHashMap<>();
        for (Command subcommand : subcommands) {
            assert subcommand.name.startsWith(name + "|") : subcommand.name;
            byName.put(subcommand.name.substring(name.length() + 1), subcommand);
        }
        Action none = context -> context.reply().ok();
        return new Command(name, -2, Set.of(), new int[3], none, byName);
    }

    /// Makes a command that does something also if none of its subcommands is named.
    ///
    /// @param name in small letters
    public static Command ofSubcommands(String name, Action action, Command... subcommands) {
        Command named = ofSubcommands(name, subcommands);
        return new Command(name, -1, Set.of(), new int[3], action, named.subcommands);
    }

    /// Returns this command with keys among its arguments.
    ///
    /// @param first the index of the first argument that is a key
    /// @param last the index of the last one, or counted from behind if it is negative
    /// @param step from one key to the next
    public Command withKeys(int first, int last, int step) {
        int[] keys = {first, last, step};
        return new Command(name, arity, flags, keys, action, subcommands);
    }

    /// Returns the name in small letters.
    public String name() {
        return name;
    }

    /// Returns how many arguments it takes, its name included; `-n` for n or more.
    public int arity() {
        return arity;
    }

    /// Returns what it is like.
    public Set<CommandFlag> flags() {
        return flags;
    }

    /// Returns the index of the first argument that is a key; 0 if there is none.
    public int firstKey() {
        return firstKey;
    }

    /// Returns the index of the last argument that is a key, or counted from behind if it is
    /// negative.
    public int lastKey() {
        return lastKey;
    }

    /// Returns how many arguments one key comes behind the other.
    public int keyStep() {
        return keyStep;
    }

    /// Returns what it does.
    public Action action() {
        return action;
    }

    /// Returns the subcommands.
    public List<Command> subcommands() {
        return new ArrayList<>(subcommands.values());
    }

    /// Returns whether it may change data.
    boolean isWrite() {
        return isWrite;
    }

    /// Returns whether it reads data and changes nothing.
    boolean isReadonly() {
        return isReadonly;
    }

    /// Returns whether it reads or changes keys that its arguments do not name.
    boolean usesAllKeys() {
        return firstKey == 0 && (isWrite || isReadonly);
    }

    /// Returns whether it may take long, so that no event loop should wait for it.
    boolean isLong() {
        return flags.contains(CommandFlag.LONG);
    }

    /// Returns whether it has subcommands.
    boolean hasSubcommands() {
        return !subcommands.isEmpty();
    }

    /// Returns the subcommand that a request names, or null.
    @Nullable Command subcommand(Arguments request) {
        return subcommands.get(request.text(1).toLowerCase(Locale.ROOT));
    }

    /// Returns whether it takes so many arguments, its name included.
    boolean takes(int count) {
        return arity >= 0 ? count == arity : count >= -arity;
    }

    /// Returns the index of the last key of a request with so many arguments.
    int lastKey(int count) {
        return lastKey >= 0 ? lastKey : count + lastKey;
    }
}
