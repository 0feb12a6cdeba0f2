/// Figures, their medians and the tables made of them.
@NullMarked
package io.kvs.compare.report;

import org.jspecify.annotations.NullMarked;
