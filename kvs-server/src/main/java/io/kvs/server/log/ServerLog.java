package io.kvs.server.log;

/// What the server tells whoever runs it. Any thread may call this.
public interface ServerLog {
    /// A log that drops everything.
    ServerLog NONE =
            new ServerLog() {
                @Override
                public void event(String message) {}

                @Override
                public void failure(String message, Throwable cause) {}
            };

    /// Tells what has happened.
    void event(String message);

    /// Tells what has failed.
    void failure(String message, Throwable cause);
}
