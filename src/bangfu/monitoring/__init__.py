"""Exit, relapse watch, return (退出·返贫)."""
