"""Many cheques at once: a manifest in, one line for each item out, resumable and adding up; imports no torch."""
