package io.kvs.server.redis;

import io.kvs.protocol.OutputBuffer;
import io.kvs.server.net.Link;
import org.jspecify.annotations.Nullable;

/// What the server remembers of a connected client.
///
/// Changed by the connection's own calls; other connections may read it and see what was true a
/// moment ago.
public final class Session {
    private final Link link;
    private final long createdMillis;

    private volatile boolean authenticated;
    private volatile String name = "";
    private volatile boolean closing;
    private volatile int version = 2;

    private final SessionTransaction transaction = new SessionTransaction();
    private final Subscriptions subscriptions = new Subscriptions(this);
    private Replies replies = Replies.ALL;
    private volatile long lastUsedMillis;

    /// Others may see an older one; that costs less for each command.
    private @Nullable Command lastCommand;

    /// Which replies the client gets.
    enum Replies {
        ALL,
        NONE,
        /// Not the one to the present command, and not the next one.
        NOT_NEXT,
        /// Not the one to the present command.
        NOT_THIS
    }

    Session(Link link, long createdMillis, boolean authenticated) {
        this.link = link;
        this.createdMillis = createdMillis;
        this.authenticated = authenticated;
        this.lastUsedMillis = createdMillis;
    }

    /// Returns what can be asked of the connection.
    public Link link() {
        return link;
    }

    /// Returns the number of the connection, `CLIENT ID`.
    public long id() {
        return link.peer().id();
    }

    /// Returns when the client connected, in milliseconds since 1970, UTC.
    public long createdMillis() {
        return createdMillis;
    }

    /// Returns whether the client may execute commands.
    public boolean isAuthenticated() {
        return authenticated;
    }

    /// Says whether the client may execute commands.
    void authenticated(boolean value) {
        authenticated = value;
    }

    /// Returns the name that the client has given itself, or an empty text.
    public String name() {
        return name;
    }

    /// Names the client.
    public void name(String value) {
        name = value;
    }

    /// Returns the version of the protocol that it speaks.
    int version() {
        return version;
    }

    /// Says which version of the protocol it speaks from now on.
    void version(int value) {
        version = value;
    }

    /// Returns what it has watched and queued.
    SessionTransaction transaction() {
        return transaction;
    }

    /// Returns what it has subscribed to.
    Subscriptions subscriptions() {
        return subscriptions;
    }

    /// Notes that the client has sent a command.
    void used(Command command) {
        lastCommand = command;
    }

    /// Notes that the client has sent something.
    void used(long nowMillis) {
        lastUsedMillis = nowMillis;
    }

    /// Returns when the client has sent something last, in milliseconds since 1970, UTC.
    long lastUsedMillis() {
        return lastUsedMillis;
    }

    /// Returns the name of the last command.
    String lastCommand() {
        Command command = lastCommand;
        return command == null ? "NULL" : command.name();
    }

    /// Says which replies the client gets.
    void replies(Replies value) {
        replies = value;
    }

    /// Notes that a reply was written behind the first `before` bytes of `out`, and takes it back
    /// if the client does not want it.
    void replied(OutputBuffer out, int before) {
        if (replies != Replies.ALL) {
            out.truncate(before);
            replies =
                    switch (replies) {
                        case NOT_NEXT -> Replies.NOT_THIS;
                        case NOT_THIS, ALL -> Replies.ALL;
                        case NONE -> Replies.NONE;
                    };
        }
    }

    /// Returns whether the connection is closed when the replies are sent.
    public boolean isClosing() {
        return closing;
    }

    /// Has the connection closed when the replies are sent.
    public void closeAfterReply() {
        closing = true;
    }
}
