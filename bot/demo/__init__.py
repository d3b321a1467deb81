"""The demo: a sample office, invented and saying so, served whole on this machine."""
