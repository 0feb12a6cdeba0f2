/// The commands of Redis over any engine.
///
/// # How a command is added
///
/// A command is a {@link io.kvs.server.redis.Command}: name, arity, flags and key positions as
/// `COMMAND INFO` tells them, and an action, usually a method of a class that holds the commands of
/// a group:
///
/// ```java
/// /// The commands on strings.
/// final class StringCommands {
///     static List<Command> all() {
///         return List.of(
///                 Command.of("strlen", 2, StringCommands::strlen, READONLY, FAST).withKeys(1, 1, 1));
///     }
///
///     private static void strlen(CommandContext context) {
///         byte[] value = context.keyspace().get(context.key(1));
///         context.reply().integer(value == null ? 0 : value.length);
///     }
/// }
/// ```
///
/// and {@link io.kvs.server.redis.RedisServer} puts the lists of all groups into its {@link
/// io.kvs.server.redis.CommandTable}. Then:
///
/// - The table has checked the number of arguments against the arity; the action checks the rest.
/// - It writes exactly one reply to {@link io.kvs.server.redis.CommandContext#reply()}. If the
///   command cannot be done it throws {@link io.kvs.server.redis.CommandException} with the text of
///   Redis; what was written of the reply is taken back. An exception of the engine becomes an
///   error reply too.
/// - It sees the data through {@link io.kvs.server.redis.Keyspace} only: the engine, or, within a
///   transaction, an overlay of it. So every command can be part of a transaction.
/// - It runs while its keys are locked, if it has the flag `WRITE`, so it may read and then write;
///   one with `READONLY` sees all its keys at one time, but may be run twice ({@link
///   io.kvs.server.redis.Isolation}). What it writes to several keys it writes by one {@link
///   io.kvs.server.redis.Keyspace#write}.
/// - It tells of what it has done to a key by {@link io.kvs.server.redis.CommandContext#event}.
/// - The arrays of {@link io.kvs.server.redis.CommandContext#key} and {@link
///   io.kvs.server.redis.CommandContext#value} are used again by the next command: nobody may keep
///   them. {@link io.kvs.protocol.resp.Arguments#bytes} gives one to keep.
/// - It runs on an event loop, so it is quick. What may take long is given to the pool by {@link
///   io.kvs.server.redis.CommandContext#offload}, and the command has the flag `LONG`; the
///   arguments do not last that long, so the action copies what it needs. The next command of this
///   client waits for it.
///
/// The replies are those of Redis 7.0, byte by byte: a command comes with lines in the tables that
/// `RepliesTest` replays.
package io.kvs.server.redis;
