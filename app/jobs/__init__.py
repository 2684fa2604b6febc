"""Work in the background: lanes of jobs and killable child processes."""
