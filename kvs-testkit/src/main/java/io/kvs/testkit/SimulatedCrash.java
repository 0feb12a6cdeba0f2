package io.kvs.testkit;

/// The process or the machine has just died; everything that touches its disk gets this.
///
/// An `Error`, so that no code of the store takes it for a failure it could handle.
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String message) {
        super(message);
    }
}
