/// The same workloads against kvs and its rivals, each store in a JVM of its own.
@NullMarked
package io.kvs.compare;

import org.jspecify.annotations.NullMarked;
