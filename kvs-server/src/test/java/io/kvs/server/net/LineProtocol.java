package io.kvs.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import java.util.concurrent.CountDownLatch;

/// A protocol of words, one a line: `echo…` is sent back; `write` and `read` reply after {@link
/// Link#beforeWrite} or not; `job` replies when the latch of its scenario has opened; `long`
/// replies with 100,000 bytes, `fail` throws, `end` closes, `later` is answered by a task.
final class LineProtocol implements Protocol {
    static final int LONG_BYTES = 100_000;

    private final Link link;
    private final CountDownLatch jobMayEnd;
    private final Runnable onWrite;
    private boolean waiting;

    LineProtocol(Link link, CountDownLatch jobMayEnd, Runnable onWrite) {
        this.link = link;
        this.jobMayEnd = jobMayEnd;
        this.onWrite = onWrite;
    }

    @Override
    public Step process(InputBuffer in, OutputBuffer out) {
        while (!waiting) {
            if (out.size() >= FLUSH_BYTES) {
                return Step.FLUSH;
            }
            String line = nextLine(in);
            if (line == null) {
                return Step.MORE;
            }
            if (line.equals("end")) {
                out.writeAscii("end\n");
                return Step.CLOSE;
            }
            execute(line, out);
        }
        return Step.WAIT;
    }

    private void execute(String line, OutputBuffer out) {
        switch (line) {
            case "write" -> {
                link.beforeWrite();
                onWrite.run();
                out.writeAscii("written\n");
            }
            case "read" -> out.writeAscii("read\n");
            case "long" -> out.writeAscii("x".repeat(LONG_BYTES - 1)).write('\n');
            case "fail" -> throw new IllegalStateException("thrown on purpose");
            case "later" -> link.execute(later -> later.writeAscii("later\n"));
            case "job" -> {
                waiting = true;
                link.offload(
                        this::job,
                        later -> {
                            waiting = false;
                            later.writeAscii("job\n");
                        });
            }
            case "failing job" -> {
                waiting = true;
                link.offload(
                        () -> {
                            throw new IllegalStateException("thrown on purpose");
                        },
                        later -> {
                            waiting = false;
                            later.writeAscii("failed\n");
                        });
            }
            default -> out.writeAscii(line).write('\n');
        }
    }

    private void job() {
        try {
            jobMayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String nextLine(InputBuffer in) {
        for (int i = in.start(); i < in.end(); i++) {
            if (in.array()[i] == '\n') {
                int length = i - in.start();
                String line = new String(in.array(), in.start(), length, ISO_8859_1);
                in.consume(length + 1);
                return line;
            }
        }
        return null;
    }

    @Override
    public boolean isEstablished() {
        return true;
    }

    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public void closed() {}
}
