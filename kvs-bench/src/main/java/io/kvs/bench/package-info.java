/// JMH measurements of the inner pieces of the engine; `bin/kvs-bench` runs them.
@NullMarked
package io.kvs.bench;

import org.jspecify.annotations.NullMarked;
