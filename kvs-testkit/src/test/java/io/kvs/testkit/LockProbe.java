package io.kvs.testkit;

import io.kvs.StoreLockedException;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Tries, in a process of its own, to lock a directory.
final class LockProbe {
    private LockProbe() {}

    static String inAnotherProcess(Path directory) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                LockProbe.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    public static void main(String[] args) throws IOException {
        try (var _ = new RealDisk(Path.of(args[0])).lock("lock", "the probe")) {
            System.out.println("free");
        } catch (StoreLockedException e) {
            String message = String.valueOf(e.getMessage());
            System.out.println("held by " + message.substring(message.indexOf("process")));
        }
    }
}
