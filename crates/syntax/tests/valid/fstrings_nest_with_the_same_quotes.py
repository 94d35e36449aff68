f"{f"{f"{1}"}"}"
f'{a['b']}'
f"{x + "}"}"
f'''
{
  a  # comment
}
'''
