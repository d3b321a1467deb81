"""The process: knows when and with what, never what for."""
