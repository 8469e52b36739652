"""Names of the text: who and where can act, receive or speak."""
