package main

// diesWithParent: a program ends when the command is killed.
const diesWithParent = true
