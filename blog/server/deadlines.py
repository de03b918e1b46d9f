"""How long clients may take, so that slow or silent ones cannot keep others out."""

HEADER_SECONDS = 15.0
"""How long a client may take to send the headers of a request, and how long a connection may be idle."""
BODY_SECONDS = 20.0
"""How long reading a whole body may take."""
SEND_SECONDS = 30.0
"""How long a client may take to receive one chunk of a large response; then the response is cut off."""
