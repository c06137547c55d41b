// Package conformance holds the tests that look at a Cantil program from
// outside: bytes on a connection, a proxy in front, a process that is short of
// something. All of it is tests.
//
//   - TestTranscripts has ports of the recorded programs (app_*_test.go) hold the
//     conversations that the real ones had; deviations_test.go lists the
//     differences that are meant.
//   - TestWireVectors and TestWireTried send the bytes of testdata/wire.
//   - TestNginx has an attacker and honest clients share a proxy's connections.
//   - FuzzWire compares the server with net/http's.
//   - The tests named Soak inject faults into a program that runs as a process of
//     its own. With CANTIL_SOAK=1 (make soak) they are whole and print what they
//     measure; some have a short form that always runs.
package conformance
