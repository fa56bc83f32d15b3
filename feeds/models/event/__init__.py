"""An event: its settings, life, hosts, numbers and posting rules."""
