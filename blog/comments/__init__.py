"""What readers write: the form, its cleaning, and the receipt."""
