/// Measurements of a whole store over minutes, each under one command: `bin/kvs-scenario`.
///
/// What is asked is not how long one operation takes, which JMH tells, but what a store does in a
/// situation: after a kill, with too little memory for its keys, with an old snapshot open, while
/// it is backed up. Every value that is read is checked.
@NullMarked
package io.kvs.bench.scenario;

import org.jspecify.annotations.NullMarked;
