/// The program `kvs-server`: its settings, start and end.
package io.kvs.server.program;
