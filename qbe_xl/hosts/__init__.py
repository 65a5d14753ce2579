"""Where functions and macros live: one room a host."""
