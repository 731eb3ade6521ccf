"""What assistants are given: tools that only read, in which nothing that is alleged can pass for a fact."""
