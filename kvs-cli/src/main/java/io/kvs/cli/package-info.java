/// The command line.
///
/// `set`, `get` and `rm` go from {@link io.kvs.cli.Main} through {@link io.kvs.cli.KeyCommand} to
/// {@link io.kvs.oneshot.OneShot} and load nothing else: there, no lambda, stream, regular
/// expression or string template is used, because each costs milliseconds at the start. All other
/// commands, and everything that is wrong, go through picocli.
package io.kvs.cli;
