"""As wrong_answers, for homework 17 to 19."""
