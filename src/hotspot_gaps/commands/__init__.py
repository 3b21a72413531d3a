"""The commands of the program, a file each: parse, call, print."""
