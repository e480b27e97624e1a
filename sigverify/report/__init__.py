"""What was found, for people and programs to read: tables, plots, one self-contained page; imports matplotlib."""
