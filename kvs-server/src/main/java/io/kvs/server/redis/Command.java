package io.kvs.server.redis;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A command of Redis.
///
/// @param name in small letters
/// @param arity how many arguments it takes, its name included; `-n` for n or more
/// @param flags what it is like
/// @param firstKey the index of the first argument that is a key; 0 if there is none
/// @param lastKey the index of the last one, or counted from behind if it is negative
/// @param keyStep from one key to the next
/// @param action what it does
public record Command(
        String name,
        int arity,
        Set<CommandFlag> flags,
        int firstKey,
        int lastKey,
        int keyStep,
        Action action) {

    /// What a command does.
    @FunctionalInterface
    public interface Action {
        /// Executes the command, and writes its one reply.
        ///
        /// @throws CommandException it cannot be done
        void execute(CommandContext context) throws CommandException;
    }

    /// Checks the name and takes the flags over.
    public Command {
        assert name.equals(name.toLowerCase(Locale.ROOT)) : name;
        flags = Set.copyOf(flags);
    }

    /// Makes a command without keys.
    public static Command of(String name, int arity, Action action, CommandFlag... flags) {
        Set<CommandFlag> set = EnumSet.noneOf(CommandFlag.class);
        set.addAll(List.of(flags));
        return new Command(name, arity, set, 0, 0, 0, action);
    }

    /// Returns this command with keys among its arguments.
    public Command withKeys(int first, int last, int step) {
        return new Command(name, arity, flags, first, last, step, action);
    }

    /// Returns whether it takes so many arguments, its name included.
    boolean takes(int count) {
        return arity >= 0 ? count == arity : count >= -arity;
    }
}
