/// One class for each workload, and the race that measures it.
@NullMarked
package io.kvs.compare.workload;

import org.jspecify.annotations.NullMarked;
