# nothing to make
