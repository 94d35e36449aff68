match a:
    case 1 as b(): pass
