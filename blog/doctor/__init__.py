"""The checks of ``blog doctor``, which administrators can run on ``/moderation/site`` too."""
