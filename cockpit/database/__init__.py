"""The live server. The only package that imports psycopg."""
