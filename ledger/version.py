"""The version of the program, as claims and runs record it."""

VERSION = "0.1.0"
