colours = ["red", "green" "blue", 7 8]
