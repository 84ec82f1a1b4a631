"""dlcourse: one notebook per topic over one readable Keras 3 package."""
