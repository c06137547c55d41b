//go:build unix && !linux

package main

// diesWithParent: nothing ends a program when the command is killed.
const diesWithParent = false
