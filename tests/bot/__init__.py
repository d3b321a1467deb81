"""Tests of the process and of the simulator."""
