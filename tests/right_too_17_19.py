"""As right_answers_too: another right answer, homework 17 to 19."""
