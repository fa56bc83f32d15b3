"""An event: its settings, life, hosts and numbers, and what it takes."""
