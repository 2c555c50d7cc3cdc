"""Pure functions over models: no server, no git, no clock."""
