"""As right_answers: one right answer to each question of homework 17 to 19."""
