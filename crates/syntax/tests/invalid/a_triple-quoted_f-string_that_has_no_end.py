f'''abc
{x}
