"""The batch in the window: starting it, watching it, and ruling on what it decided."""
