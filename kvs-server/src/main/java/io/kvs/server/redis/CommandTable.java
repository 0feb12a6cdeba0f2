package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All commands by name, in capital or small letters.
public final class CommandTable {
    private final Map<String, Command> byName = new LinkedHashMap<>();
    private final @Nullable Command[] slots;

    /// Makes the table.
    ///
    /// @throws IllegalArgumentException two commands have one name
    public CommandTable(Collection<Command> commands) {
        slots = new Command[Integer.highestOneBit(Math.max(1, commands.size())) * 4];
        for (Command command : commands) {
            if (byName.put(command.name(), command) != null) {
                throw new IllegalArgumentException("there are two commands " + command.name());
            }
            int slot = slot(hash(command.name()));
            while (slots[slot] != null) {
                slot = slot(slot + 1);
            }
            slots[slot] = command;
        }
    }

    /// Returns all commands.
    public Collection<Command> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /// Returns the command with a name, or null.
    public @Nullable Command find(String name) {
        return byName.get(name.toLowerCase(Locale.ROOT));
    }

    /// Returns the command of a request, or null.
    @Nullable Command find(Arguments request) {
        byte[] bytes = request.array();
        int offset = request.offset(0);
        int length = request.length(0);
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + Arguments.lowerCase(bytes[offset + i]);
        }
        int slot = slot(hash);
        Command command;
        while ((command = slots[slot]) != null) {
            if (request.is(0, command.name())) {
                return command;
            }
            slot = slot(slot + 1);
        }
        return null;
    }

    private static int hash(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = 31 * hash + name.charAt(i);
        }
        return hash;
    }

    private int slot(int hash) {
        return (hash ^ hash >>> 16) & slots.length - 1;
    }
}
