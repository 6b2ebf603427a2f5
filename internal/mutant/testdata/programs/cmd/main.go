// Command cmd makes the module a program's: all of its code is in sight, so that what none
// of it puts into a context nobody does.
package main

func main() {}
