"""What Sparri is for, one scenario a module: over real HTTP, with a clock that the test sets, on both databases."""
