try
    b
