package io.kvs.server.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Answers `/metrics`, `/livez` and `/readyz` by HTTP.
///
/// It has an address of its own, and no password: it tells figures, no data.
public final class AdminServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final int BACKLOG = 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private AdminServer(HttpServer server) {
        this.server = server;
    }

    /// What to answer.
    ///
    /// @param status the code of HTTP
    /// @param text the body
    private record Answer(int status, String text) {}

    /// Begins to answer.
    ///
    /// @param metrics returns the figures
    /// @param problem returns why requests cannot be served now, or an empty text if they can
    /// @throws IOException it cannot listen there
    public static AdminServer open(
            InetSocketAddress address, Supplier<String> metrics, Supplier<String> problem)
            throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on the admin address " + address + ": " + e.getMessage(), e);
        }
        AdminServer admin = new AdminServer(http);
        http.setExecutor(admin.threads);
        admin.answer("/metrics", () -> new Answer(OK, metrics.get()));
        admin.answer("/livez", () -> new Answer(OK, "ok\n"));
        admin.answer("/readyz", () -> readiness(problem.get()));
        http.start();
        return admin;
    }

    private static Answer readiness(String problem) {
        return problem.isEmpty() ? new Answer(OK, "ok\n") : new Answer(UNAVAILABLE, problem + "\n");
    }

    private void answer(String path, Supplier<Answer> answers) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        send(exchange, answerTo(exchange, path, answers));
                    }
                });
    }

    private static Answer answerTo(HttpExchange exchange, String path, Supplier<Answer> answers) {
        String method = exchange.getRequestMethod();
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return new Answer(NOT_FOUND, "not found\n");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return new Answer(NOT_ALLOWED, "only GET\n");
        }
        try {
            return answers.get();
        } catch (RuntimeException e) {
            return new Answer(UNAVAILABLE, e.getMessage() + "\n");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status, -1);
        } else {
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /// Returns where it listens, with the port that was taken.
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /// Ends, without waiting for who is asking.
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
