"""Changes that need phases, written out as native migration files: one a file, parameters to text.

Each keeps code that runs now and code that comes next working at the same time, and goes back
the way it came without losing what was written meanwhile.
"""
