/// The program `kvs-client`.
package io.kvs.client.command;
