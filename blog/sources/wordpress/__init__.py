"""WordPress as a source, through its REST API."""
