package io.kvs.server.redis;

import io.kvs.server.net.Link;

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

    Session(Link link, long createdMillis, boolean authenticated) {
        this.link = link;
        this.createdMillis = createdMillis;
        this.authenticated = authenticated;
    }

    /// Returns what can be asked of the connection.
    public Link link() {
        return link;
    }

    /// Returns the number of the connection, `CLIENT ID`.
    public long id() {
        return link.id();
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

    /// Returns whether the connection is closed when the replies are sent.
    public boolean isClosing() {
        return closing;
    }

    /// Has the connection closed when the replies are sent.
    public void closeAfterReply() {
        closing = true;
    }
}
