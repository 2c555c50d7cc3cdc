"""A web shop to try the cockpit on: a sample repository, and situations on an embedded server."""
