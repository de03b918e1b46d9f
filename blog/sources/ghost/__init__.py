"""Ghost as a source, through its Content and Admin APIs."""
