"""The screens. Everything they know about the database comes through `deploy.engine`."""
